-- Processes that serve the database, several at once where they have a bus. A node whose heartbeat is older than its
-- lease is dead: whatever names it is another's to take.
create table nodes (
  id text primary key,
  version text not null,
  node_url text,
  started_at bigint not null,
  heartbeat_at bigint not null,
  lease_ms bigint not null,
  connection_count bigint not null default 0,
  room_count bigint not null default 0,
  call_count bigint not null default 0,
  memory_bytes bigint,
  is_draining boolean not null default false,
  created_at bigint not null
);

-- What only one node does at a time and has no row of its own.
create table node_claims (
  kind text not null,
  key text not null,
  org_id text,
  node_id text not null,
  claimed_at bigint not null,
  created_at bigint not null,
  primary key (kind, key)
);

create index node_claims_node on node_claims (node_id);
create index node_claims_org on node_claims (org_id);

alter table webhook_deliveries add column claimed_by text;
alter table mails add column claimed_by text;
alter table knowledge_sources add column claimed_by text;
alter table calls add column node_id text;
