-- Views of the inbox that agents save: of the whole org where no member is named, else of that member.
create table views (
    id text primary key,
    org_id text not null references orgs (id),
    member_id text references members (id),
    created_by text not null references members (id),
    name text not null,
    -- mine, unassigned, waiting, all, closed, snoozed, my_turn, mentions
    list text not null,
    -- open, waiting, snoozed
    status text,
    channel_id text references channels (id),
    -- me, none, or the id of a member
    assignee text,
    label text,
    -- newest, longest_wait, unanswered
    sort text,
    created_at bigint not null,
    updated_at bigint not null
);
create index views_by_org on views (org_id, member_id, id);
