-- What agents have begun to write and not sent.
create table drafts (
    conversation_id text not null references conversations (id) on delete cascade,
    member_id text not null references members (id),
    -- message or note
    kind text not null,
    org_id text not null,
    text text not null,
    created_at bigint not null,
    updated_at bigint not null,
    primary key (conversation_id, member_id, kind)
);
create index drafts_by_member on drafts (org_id, member_id, updated_at);
