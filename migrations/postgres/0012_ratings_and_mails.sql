-- When a conversation was closed, and what its visitor says of it afterwards; the last rating counts.
alter table conversations add column closed_at bigint;
alter table conversations add column rating_score bigint;
alter table conversations add column rating_comment text;
alter table conversations add column rating_at bigint;
alter table conversations add column rating_first_at bigint;
update conversations set closed_at = coalesce(entry_at, updated_at) where status = 'closed';
create index conversations_rated on conversations (org_id, rating_at) where rating_at is not null;

-- What visitors think of answers of the assistant; value is null where a rating was taken back.
create table message_ratings (
    conversation_id text not null references conversations (id),
    message_id text not null,
    org_id text not null,
    value bigint,
    created_at bigint not null,
    rated_at bigint not null,
    primary key (conversation_id, message_id)
);
create index message_ratings_by_org on message_ratings (org_id, rated_at);

-- Up to which message of an agent a visitor who was away was mailed, and when.
alter table conversations add column mailed_seq bigint not null default 0;
alter table conversations add column mailed_at bigint;
create index conversations_mailable on conversations (entry_at) where last_message_role = 'agent';
-- In whose name a mail is sent to a visitor, and where they can say that they want no more.
alter table mails add column sender_name text;
alter table mails add column stop_url text;
