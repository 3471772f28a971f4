-- What visitors who wait are told, and how often mails tell of them.

create index tickets_by_time on tickets (org_id, created_at);

-- What a mail is about where that matters: 'handoff'. When it was to be sent first.
alter table mails add column kind text;
alter table mails add column not_before bigint;
create index mails_of_a_kind on mails (org_id, kind, not_before) where kind is not null;
