-- Texts that agents insert into replies: of the whole org, or of one member.
create table canned_replies (
    id text primary key,
    org_id text not null references orgs (id),
    -- Whose it is; null for one of the whole org.
    member_id text references members (id),
    folder text,
    shortcut text not null,
    title text not null,
    body text not null,
    used_count bigint not null,
    created_at bigint not null,
    updated_at bigint not null
);
create unique index canned_replies_of_org on canned_replies (org_id, shortcut) where member_id is null;
create unique index canned_replies_of_member on canned_replies (org_id, member_id, shortcut)
    where member_id is not null;
