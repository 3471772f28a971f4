-- How each agent wants to be told; who has no row has the defaults.
create table notification_choices (
    member_id text primary key references members (id),
    org_id text not null references orgs (id),
    -- The choices as JSON.
    choices text not null,
    -- Kinds that are not listed, each between bars: |visitor_wrote|call|
    unlisted text not null,
    created_at bigint not null,
    updated_at bigint not null
);
