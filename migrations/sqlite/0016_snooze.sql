-- Until when a conversation is put aside, in milliseconds; null while it is not.
alter table conversations add column snoozed_until bigint;
create index conversations_snoozed on conversations (snoozed_until) where snoozed_until is not null;
