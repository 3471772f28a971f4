create table tools (
    name text primary key,
    kind text not null,
    is_shipped boolean not null,
    description text not null,
    input_schema text not null,
    output_schema text,
    is_idempotent boolean not null,
    default_enabled boolean not null,
    created_at bigint not null
);

create table org_tools (
    org_id text not null references orgs (id),
    name text not null,
    enabled boolean,
    url text,
    secret_hint text,
    settings text not null,
    created_at bigint not null,
    primary key (org_id, name)
);

create table tool_runs (
    id text primary key,
    org_id text not null,
    channel_id text,
    conversation_id text,
    tool text not null,
    arguments text not null,
    result text not null,
    source text,
    success boolean not null,
    error text,
    attempts bigint not null,
    duration_ms bigint not null,
    created_at bigint not null
);
create index tool_runs_by_org on tool_runs (org_id, id);
create index tool_runs_by_conversation on tool_runs (conversation_id, tool) where conversation_id is not null;
create index tool_runs_by_age on tool_runs (created_at);

create table submissions (
    id text primary key,
    org_id text not null references orgs (id),
    channel_id text,
    conversation_id text,
    visitor_id text,
    name text,
    email text not null,
    subject text not null,
    body text not null,
    status text not null,
    handled_by text,
    created_at bigint not null,
    updated_at bigint not null
);
create index submissions_by_org on submissions (org_id, status, id);

create table webhooks (
    id text primary key,
    org_id text not null references orgs (id),
    url text not null,
    kinds text not null,
    active boolean not null,
    secret_hint text not null,
    created_at bigint not null
);
create index webhooks_by_org on webhooks (org_id, id);

-- Without a reference to webhooks: a delivery may be written while its webhook is removed by somebody else.
create table webhook_deliveries (
    id text primary key,
    webhook_id text not null,
    org_id text not null,
    kind text not null,
    body text not null,
    attempts bigint not null,
    next_attempt_at bigint not null,
    claimed_until bigint,
    status text not null,
    last_status bigint,
    last_error text,
    created_at bigint not null,
    delivered_at bigint
);
create index webhook_deliveries_by_org on webhook_deliveries (org_id, id);
create index webhook_deliveries_by_webhook on webhook_deliveries (webhook_id);
create index webhook_deliveries_due on webhook_deliveries (next_attempt_at) where status = 'pending';
create index webhook_deliveries_by_age on webhook_deliveries (created_at);

create table mails (
    id text primary key,
    org_id text not null,
    recipient text not null,
    reply_to text,
    subject text not null,
    body text not null,
    attempts bigint not null,
    next_attempt_at bigint not null,
    status text not null,
    last_error text,
    created_at bigint not null,
    sent_at bigint
);
create index mails_due on mails (next_attempt_at) where status = 'pending';
create index mails_by_age on mails (created_at);
