-- Agents are told of more than mentions: kinds that are about no entry, or about no conversation.
create table notifications_of_all_kinds (
    id text primary key,
    org_id text not null references orgs (id),
    agent_id text not null references members (id),
    -- mention, handoff, assigned, visitor_wrote, call, limit, missed
    kind text not null,
    conversation_id text references conversations (id) on delete cascade,
    entry_id text,
    seq bigint,
    -- How often it happened since the agent last read it.
    event_count bigint not null default 1,
    -- Its place in lists: an id made when it last happened.
    order_id text not null,
    -- Whether the agent wants it in the list; what they do not want there is only told.
    is_listed boolean not null default true,
    -- Of the kind limit: which limit of usage, how much of it is used, and whether the assistant stops at all of it.
    limit_name text,
    limit_percent bigint,
    is_hard_limit boolean,
    created_at bigint not null,
    read_at bigint
);
insert into notifications_of_all_kinds
    (id, org_id, agent_id, kind, conversation_id, entry_id, seq, order_id, created_at, read_at)
select id, org_id, agent_id, kind, conversation_id, entry_id, seq, id, created_at, read_at
from notifications;
drop table notifications;
alter table notifications_of_all_kinds rename to notifications;
create index notifications_by_agent on notifications (org_id, agent_id, order_id);
create index notifications_unread on notifications (org_id, agent_id) where read_at is null and is_listed;
create index notifications_unread_of_conversation on notifications (org_id, conversation_id) where read_at is null;
create index notifications_by_age on notifications (created_at);
-- What goes on is one unread notification, whose count rises.
create unique index notifications_collapsed on notifications (org_id, agent_id, kind, conversation_id)
    where read_at is null and kind <> 'mention';
