-- Visitors who are to be erased, until nothing of them is left. Their tokens go at once, everything else by a job.
create table erasures (
    visitor_id text primary key,
    org_id text not null references orgs (id),
    asked_by text not null,
    asked_at bigint not null
);
create index erasures_by_time on erasures (asked_at, visitor_id);

-- What the retention of conversations and the erasure of visitors look for.
create index conversations_closed on conversations (org_id, closed_at) where status = 'closed';
create index visitors_by_org on visitors (org_id, id);
create index visitor_tokens_by_visitor on visitor_tokens (visitor_id);
create index usage_events_by_conversation on usage_events (conversation_id) where conversation_id is not null;
create index submissions_by_visitor on submissions (visitor_id) where visitor_id is not null;
