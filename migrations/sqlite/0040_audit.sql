-- The audit log: a chain of rows for each org, and one for the platform under an empty id.
-- The hash of a row covers the row and the hash before it; src/db/audit/chain.rs says over which bytes.
create table audit_chains (
    org_id text primary key,
    -- The newest row.
    last_seq bigint not null,
    last_hash text not null,
    -- The newest row that retention has removed: the row behind it is chained to this hash.
    removed_seq bigint not null,
    removed_hash text not null
);
create table audit_rows (
    org_id text not null,
    seq bigint not null,
    created_at bigint not null,
    act text not null,
    actor_kind text not null,
    actor_id text,
    actor_name text not null,
    address text,
    user_agent text,
    request_id text,
    subject_id text,
    before_json text,
    after_json text,
    hash text not null,
    primary key (org_id, seq)
);
create index audit_rows_by_time on audit_rows (org_id, created_at);

create trigger audit_rows_stay_as_they_are before update on audit_rows begin
    select raise(abort, 'rows of the audit log are never changed');
end;
create trigger audit_rows_stay before delete on audit_rows
when old.seq > coalesce((select removed_seq from audit_chains where org_id = old.org_id), 0)
begin
    select raise(abort, 'rows of the audit log are removed from its old end only');
end;
