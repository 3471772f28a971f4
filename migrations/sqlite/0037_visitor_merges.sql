-- Visitors whom agents hold for one person. `merged_into` is the visitor who stands for the person; null for that one
-- and for everybody who was never merged. Nothing else changes owner: a browser goes on seeing its own conversations.
alter table visitors add column merged_into text references visitors (id);
create index visitors_by_person on visitors (merged_into) where merged_into is not null;

-- Each merge with who made it, so that it can be taken back. `into_id` is whom the visitor was merged into then, who may
-- have been merged themself since.
create table visitor_merges (
    visitor_id text primary key references visitors (id),
    org_id text not null references orgs (id),
    into_id text not null references visitors (id),
    merged_by text not null references members (id),
    merged_at bigint not null
);
create index visitor_merges_by_target on visitor_merges (into_id);
