-- The call that is going on in a conversation: its id and since when, in milliseconds; null when there is none.
alter table conversations add column call text;
create index conversations_in_call on conversations (id) where call is not null;

-- The voice model of a provider that speaks a realtime dialect; null where it has none, or its kind's own.
alter table providers add column voice_model text;

-- What cached sound costs; null means as much as cached text.
alter table prices add column cached_audio_input_nano_usd bigint;

create table calls (
    id text primary key,
    org_id text not null references orgs (id),
    channel_id text not null,
    conversation_id text not null references conversations (id),
    visitor_id text not null,
    provider text not null,
    model text not null,
    is_simulated boolean not null,
    started_at bigint not null,
    ended_at bigint,
    seconds bigint,
    reason text,
    cost_nano_usd bigint not null,
    recording text
);
create index calls_by_org on calls (org_id, started_at);
create index calls_by_conversation on calls (org_id, conversation_id);
