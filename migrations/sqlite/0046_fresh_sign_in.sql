-- When whoever has the session last proved who they are; null until they do so again.
alter table agent_sessions add column verified_at bigint;
