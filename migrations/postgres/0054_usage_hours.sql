-- What was used by hour and channel. The hour is counted from 1970 (UTC); an empty channel is none. No row says of whom.
create table usage_hours (
    org_id text not null,
    hour bigint not null,
    channel_id text not null,
    kind text not null,
    model text not null,
    request_count bigint not null,
    failed_count bigint not null,
    input_tokens bigint not null,
    output_tokens bigint not null,
    duration_ms bigint not null,
    cost_nano_usd bigint not null,
    primary key (org_id, hour, channel_id, kind, model)
);

insert into usage_hours (org_id, hour, channel_id, kind, model, request_count, failed_count, input_tokens, output_tokens,
    duration_ms, cost_nano_usd)
select org_id, created_at / 3600000, coalesce(channel_id, ''), kind, model, count(*),
    sum(case when success then 0 else 1 end), sum(input_tokens), sum(output_tokens), sum(duration_ms), sum(cost_nano_usd)
from usage_events
group by org_id, created_at / 3600000, coalesce(channel_id, ''), kind, model;

-- Addresses are removed when they are old.
create index usage_events_with_address on usage_events (created_at) where address is not null;
