-- When the assistant's replies go out, where agents chose it for one conversation; the reply that waits for them, and what
-- became of the one before.
alter table conversations add column mode text;
alter table conversations add column pending_reply text;
alter table conversations add column settled_reply text;
create index conversations_pending on conversations (id) where pending_reply is not null;

-- Who let a supervised reply go out.
alter table entries add column approval text;
