-- What visitors agreed to, in the words they read, and when. It goes with the visitor.
create table visitor_consents (
    visitor_id text not null references visitors (id),
    org_id text not null references orgs (id),
    channel_id text not null,
    text text not null,
    accepted_at bigint not null,
    primary key (visitor_id, accepted_at)
);
