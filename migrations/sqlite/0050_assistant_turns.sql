-- Every turn of the assistant: what came of it, and what it took. No words of anybody; they stand in the conversation.
create table assistant_turns (
    id text primary key,
    org_id text not null,
    channel_id text not null,
    conversation_id text,
    entry_id text,
    outcome text not null,
    reason text,
    provider text,
    model text,
    call_count bigint not null,
    input_tokens bigint not null,
    cached_input_tokens bigint not null,
    output_tokens bigint not null,
    cost_nano_usd bigint not null,
    is_estimate boolean not null,
    latency_ms bigint not null,
    first_word_ms bigint,
    tools text not null,
    passage_count bigint not null,
    created_at bigint not null
);
create index assistant_turns_by_org on assistant_turns (org_id, id);
create index assistant_turns_by_conversation on assistant_turns (conversation_id) where conversation_id is not null;
create index assistant_turns_by_age on assistant_turns (created_at);
