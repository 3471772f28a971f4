-- Since when the brief and the mails of a handoff are owed; null where they are done, or nobody is told.
alter table tickets add column brief_owed_since bigint;
create index tickets_owing_a_brief on tickets (brief_owed_since) where brief_owed_since is not null;
