alter table entries add column attachments text;
alter table entries add column answers bigint;
alter table entries add column interrupted text;

alter table conversations add column answered_seq bigint not null default 0;
alter table conversations add column insight text;
alter table conversations add column summary text;
alter table conversations add column summary_seq bigint not null default 0;
update conversations set answered_seq = last_visitor_message_seq;
create index conversations_unanswered on conversations (org_id) where status = 'open' and responder = 'assistant';

alter table tickets add column title text;
alter table tickets add column summary text;

create table settings (
    org_id text not null,
    channel_id text not null,
    field text not null,
    value text not null,
    updated_at bigint not null,
    primary key (org_id, channel_id, field)
);

create table setting_changes (
    id text primary key,
    org_id text not null,
    channel_id text not null,
    field text not null,
    old_value text,
    new_value text,
    member_id text,
    member_name text not null,
    created_at bigint not null
);
create index setting_changes_by_org on setting_changes (org_id, id);

create table providers (
    id text primary key,
    org_id text not null,
    position bigint not null,
    kind text not null,
    name text not null,
    base_url text,
    model text not null,
    tool_calling text not null,
    sees_images boolean not null,
    azure_api_version text,
    key_hint text,
    created_at bigint not null
);
create index providers_by_org on providers (org_id, position);

create table usage_events (
    id text primary key,
    org_id text not null,
    channel_id text,
    conversation_id text,
    request_id text,
    endpoint text not null,
    address text,
    provider text not null,
    model text not null,
    kind text not null,
    input_tokens bigint not null,
    cached_input_tokens bigint not null,
    output_tokens bigint not null,
    duration_ms bigint not null,
    cost_nano_usd bigint not null,
    latency_ms bigint not null,
    success boolean not null,
    is_estimate boolean not null,
    created_at bigint not null
);
create index usage_events_by_org on usage_events (org_id, created_at);

create table usage_days (
    org_id text not null,
    day text not null,
    kind text not null,
    model text not null,
    request_count bigint not null,
    failed_count bigint not null,
    input_tokens bigint not null,
    output_tokens bigint not null,
    duration_ms bigint not null,
    cost_nano_usd bigint not null,
    primary key (org_id, day, kind, model)
);

create table prices (
    model text not null,
    valid_from text not null,
    input_nano_usd bigint not null,
    cached_input_nano_usd bigint not null,
    output_nano_usd bigint not null,
    audio_input_nano_usd bigint not null,
    audio_output_nano_usd bigint not null,
    created_at bigint not null,
    primary key (model, valid_from)
);

-- The platform has secrets too: its org_id is all zeros, which is no org's.
create table all_secrets (
    org_id text not null,
    field text not null,
    sealed text not null,
    created_at bigint not null,
    primary key (org_id, field)
);
insert into all_secrets select org_id, field, sealed, created_at from secrets;
drop table secrets;
alter table all_secrets rename to secrets;
