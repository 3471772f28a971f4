-- What looks like an attack: equal events of one minute are one row with a count.
create table security_events (
    id text primary key,
    -- The beginning of the minute, in milliseconds.
    minute bigint not null,
    kind text not null,
    -- Empty where it is of no org, of no channel, or from no address.
    org_id text not null,
    channel_id text not null,
    address text not null,
    event_count bigint not null,
    user_agent text,
    request_id text,
    created_at bigint not null,
    last_at bigint not null
);
create unique index security_events_once on security_events (minute, kind, org_id, channel_id, address);
create index security_events_of_org on security_events (org_id, id);
create index security_events_by_time on security_events (last_at);

-- Addresses that are shut out, by an org from its widget, or by the platform (an empty org) from everything.
create table address_blocks (
    id text primary key,
    org_id text not null,
    ip_range text not null,
    reason text,
    blocked_by text not null,
    created_at bigint not null,
    expires_at bigint
);
create unique index address_blocks_once on address_blocks (org_id, ip_range);

-- Of which addresses people were told.
create table security_alerts (
    org_id text not null,
    address text not null,
    created_at bigint not null,
    primary key (org_id, address)
);
