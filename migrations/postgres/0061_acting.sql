-- For which orgs whoever runs the platform acts, by which session, why, and until when.
create table acting (
    org_id text not null references orgs (id),
    -- Of a member of another org.
    session_id text not null,
    member_name text not null,
    reason text not null,
    began_at bigint not null,
    ends_at bigint not null,
    primary key (org_id, session_id)
);
