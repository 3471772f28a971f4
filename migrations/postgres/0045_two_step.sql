-- Two-step sign-in. The key that a member's app shares is among the sealed secrets.
create table two_step_sign_ins (
    member_id text primary key references members (id),
    org_id text not null references orgs (id),
    -- The newest step whose code was accepted: no code is accepted twice.
    last_step bigint not null,
    -- Null until a first code has confirmed it.
    confirmed_at bigint,
    created_at bigint not null
);

create table recovery_codes (
    member_id text not null references members (id),
    org_id text not null references orgs (id),
    code_hash text not null,
    created_at bigint not null,
    primary key (member_id, code_hash)
);
