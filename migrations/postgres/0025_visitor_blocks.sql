-- Visitors who may no longer write, call and upload, with who blocked them and why.
create table visitor_blocks (
    visitor_id text primary key references visitors (id),
    org_id text not null references orgs (id),
    blocked_by text not null references members (id),
    reason text,
    blocked_at bigint not null
);
create index visitor_blocks_by_org on visitor_blocks (org_id);
