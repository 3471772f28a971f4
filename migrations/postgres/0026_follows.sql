-- Conversations that agents follow: they are told of what happens there.
create table follows (
    conversation_id text not null references conversations (id) on delete cascade,
    member_id text not null references members (id),
    org_id text not null references orgs (id),
    created_at bigint not null,
    primary key (conversation_id, member_id)
);
create index follows_by_member on follows (org_id, member_id);
