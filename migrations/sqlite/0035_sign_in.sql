-- Where an agent is signed in, so that they can tell which sign-in is not theirs.
alter table agent_sessions add column device text;
alter table agent_sessions add column address text;
alter table agent_sessions add column seen_at bigint;
