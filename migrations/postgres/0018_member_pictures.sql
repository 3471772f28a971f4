-- How members look, as visitors and colleagues see them; without what the file told of whoever took it.
create table member_pictures (
    member_id text primary key references members (id),
    org_id text not null references orgs (id),
    content_type text not null,
    sha256 text not null,
    created_at bigint not null,
    -- Last, so that lists of members, which need what stands before it, read none of it.
    bytes bytea not null
);
