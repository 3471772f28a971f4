-- Agents are told of more than mentions: kinds that are about no entry, or about no conversation.
alter table notifications alter column conversation_id drop not null;
alter table notifications alter column entry_id drop not null;
alter table notifications alter column seq drop not null;
-- How often it happened since the agent last read it.
alter table notifications add column event_count bigint not null default 1;
-- Its place in lists: an id made when it last happened.
alter table notifications add column order_id text;
update notifications set order_id = id;
alter table notifications alter column order_id set not null;
-- Whether the agent wants it in the list; what they do not want there is only told.
alter table notifications add column is_listed boolean not null default true;
-- Of the kind limit: which limit of usage, how much of it is used, and whether the assistant stops at all of it.
alter table notifications add column limit_name text;
alter table notifications add column limit_percent bigint;
alter table notifications add column is_hard_limit boolean;
drop index notifications_by_agent;
drop index notifications_unread;
create index notifications_by_agent on notifications (org_id, agent_id, order_id);
create index notifications_unread on notifications (org_id, agent_id) where read_at is null and is_listed;
create index notifications_unread_of_conversation on notifications (org_id, conversation_id) where read_at is null;
create index notifications_by_age on notifications (created_at);
-- What goes on is one unread notification, whose count rises.
create unique index notifications_collapsed on notifications (org_id, agent_id, kind, conversation_id)
    where read_at is null and kind <> 'mention';
