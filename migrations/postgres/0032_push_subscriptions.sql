-- Browsers in which agents are told of things while no page is open. Where each is reached, and with which keys, is in
-- secrets, sealed, under push:ID. One that was made in a session ends with it.
create table push_subscriptions (
    id text primary key,
    org_id text not null references orgs (id),
    member_id text not null references members (id),
    session_id text,
    locale text not null,
    name text not null,
    endpoint_hash text not null,
    created_at bigint not null
);
create index push_subscriptions_by_member on push_subscriptions (org_id, member_id, id);
create unique index push_subscriptions_by_endpoint on push_subscriptions (org_id, endpoint_hash);
