-- How often the reading of a source was begun and did not come to an end, and what was left out of a source that
-- was read.
alter table knowledge_sources add column attempts bigint not null default 0;
alter table knowledge_sources add column warning text;
