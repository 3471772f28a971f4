-- Voices that are sold by the minute, such as GPT-Live.
alter table prices add column minute_nano_usd bigint not null default 0;
