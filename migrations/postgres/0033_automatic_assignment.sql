-- How many conversations an agent takes at once by automatic assignment; null is what the org says.
alter table members add column capacity bigint;
-- Whose turn it is: who was chosen last has the greatest number.
create table assignment_turns (
    member_id text primary key references members (id),
    org_id text not null references orgs (id),
    turn bigint not null,
    created_at bigint not null
);
create index assignment_turns_by_org on assignment_turns (org_id, turn);
-- What was decided and is not in the conversation's log yet: nobody else decides on it meanwhile.
create table assignment_claims (
    conversation_id text primary key references conversations (id) on delete cascade,
    org_id text not null references orgs (id),
    member_id text not null references members (id),
    expires_at bigint not null,
    created_at bigint not null
);
create index assignment_claims_by_member on assignment_claims (org_id, member_id);
