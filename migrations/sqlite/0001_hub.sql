create table meta (
    name text primary key,
    value text not null
);

create table orgs (
    id text primary key,
    name text not null,
    created_at bigint not null
);

create table members (
    id text primary key,
    org_id text not null references orgs (id),
    email text not null unique,
    name text not null,
    role text not null,
    platform_admin boolean not null,
    active boolean not null,
    password_hash text,
    created_at bigint not null
);
create index members_by_org on members (org_id, id);

create table channels (
    id text primary key,
    org_id text not null references orgs (id),
    name text not null,
    channel_key text not null unique,
    origins text not null,
    color text not null,
    greeting text not null,
    locale text,
    handoff_enabled boolean not null,
    handoff_words text not null,
    visitor_message_max_chars bigint not null,
    has_assistant boolean not null,
    issuer text,
    issuer_audience text,
    issuer_jwks_url text,
    created_at bigint not null
);
create index channels_by_org on channels (org_id, id);
create unique index channels_by_issuer on channels (issuer, issuer_audience) where issuer is not null;

create table secrets (
    org_id text not null references orgs (id),
    field text not null,
    sealed text not null,
    created_at bigint not null,
    primary key (org_id, field)
);

create table visitors (
    id text primary key,
    org_id text not null references orgs (id),
    channel_id text not null references channels (id),
    external_id text,
    name text not null,
    email text,
    verified boolean not null,
    locale text,
    page text,
    created_at bigint not null,
    seen_at bigint not null
);
create unique index visitors_by_external_id on visitors (channel_id, external_id) where external_id is not null;

create table visitor_tokens (
    token_hash text primary key,
    org_id text not null,
    visitor_id text not null references visitors (id),
    created_at bigint not null,
    expires_at bigint not null
);

create table agent_sessions (
    id text primary key,
    token_hash text not null unique,
    org_id text not null,
    member_id text not null references members (id),
    created_at bigint not null,
    expires_at bigint not null
);
create index agent_sessions_by_member on agent_sessions (member_id);

create table one_time_tokens (
    token_hash text primary key,
    kind text not null,
    org_id text,
    member_id text,
    credential text,
    created_at bigint not null,
    expires_at bigint not null
);

create table api_tokens (
    id text primary key,
    token_hash text not null unique,
    org_id text not null references orgs (id),
    member_id text references members (id),
    name text not null,
    created_at bigint not null
);
create index api_tokens_by_org on api_tokens (org_id, id);

create table revocations (
    id integer primary key autoincrement,
    org_id text not null,
    subject text not null,
    created_at bigint not null
);

create table conversations (
    id text primary key,
    org_id text not null references orgs (id),
    channel_id text not null references channels (id),
    visitor_id text not null references visitors (id),
    epoch text not null,
    previous_id text,
    status text not null,
    responder text not null,
    responder_agent text,
    responder_since bigint not null,
    takeover bigint not null,
    assignee text,
    priority text,
    labels text not null,
    handoff text,
    last_seq bigint not null,
    visitor_last_seq bigint not null,
    unread bigint not null,
    last_visitor_message_seq bigint not null,
    last_message_seq bigint,
    last_message_role text,
    last_message_preview text,
    entry_at bigint not null,
    updated_at bigint not null,
    created_at bigint not null
);
create unique index conversations_active on conversations (visitor_id) where status <> 'closed';
create index conversations_by_org on conversations (org_id, status, updated_at);
create index conversations_by_visitor on conversations (visitor_id, created_at);
create index conversations_idle on conversations (entry_at) where status <> 'closed';

create table entries (
    conversation_id text not null references conversations (id),
    seq bigint not null,
    id text not null unique,
    org_id text not null,
    visitor_prev bigint,
    takeover bigint not null,
    kind text not null,
    event text,
    author_id text not null,
    author_kind text not null,
    author_name text not null,
    content text not null,
    client_message_id text,
    reply_to text,
    metadata text,
    created_at bigint not null,
    primary key (conversation_id, seq)
);
create unique index entries_by_client_message_id on entries (conversation_id, author_id, client_message_id)
    where client_message_id is not null;

create table reads (
    conversation_id text not null references conversations (id),
    user_id text not null,
    org_id text not null,
    user_kind text not null,
    seq bigint not null,
    updated_at bigint not null,
    primary key (conversation_id, user_id)
);

create table tickets (
    id text primary key,
    org_id text not null references orgs (id),
    conversation_id text not null references conversations (id),
    visitor_id text not null,
    reason text not null,
    priority text not null,
    status text not null,
    created_at bigint not null,
    resolved_at bigint,
    resolved_by text
);
create index tickets_by_org on tickets (org_id, status, id);

create table idempotency_keys (
    scope text not null,
    idempotency_key text not null,
    request_hash text not null,
    status bigint not null,
    body text not null,
    created_at bigint not null,
    primary key (scope, idempotency_key)
);
