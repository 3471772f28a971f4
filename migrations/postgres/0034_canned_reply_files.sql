-- Files that agents send with a canned reply: copied into the conversation when they do.
create table canned_reply_files (
    id text primary key,
    org_id text not null references orgs (id),
    canned_reply_id text not null references canned_replies (id),
    name text not null,
    content_type text not null,
    byte_count bigint not null,
    width bigint,
    height bigint,
    created_at bigint not null,
    -- Last, so that lists, which need what stands before it, read none of it.
    bytes bytea not null
);
create index canned_reply_files_of_reply on canned_reply_files (org_id, canned_reply_id);
