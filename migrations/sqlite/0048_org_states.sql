-- An org that is suspended keeps what it has, and only reads it.
alter table orgs add column suspended_at bigint;
alter table orgs add column suspended_reason text;
-- From when on everything of it is removed.
alter table orgs add column delete_at bigint;
