-- What agents are told of: so far, that a note mentions them.
create table notifications (
    id text primary key,
    org_id text not null references orgs (id),
    agent_id text not null references members (id),
    -- mention
    kind text not null,
    conversation_id text not null references conversations (id) on delete cascade,
    entry_id text not null,
    seq bigint not null,
    created_at bigint not null,
    read_at bigint
);
create index notifications_by_agent on notifications (org_id, agent_id, id);
create index notifications_unread on notifications (org_id, agent_id) where read_at is null;
