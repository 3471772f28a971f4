-- A file stands in the data directory; its row says whose it is. sent_at is null until a message names it.
create table attachments (
    id text primary key,
    org_id text not null references orgs (id),
    conversation_id text not null references conversations (id),
    uploader_id text not null,
    name text not null,
    content_type text not null,
    bytes bigint not null,
    width bigint,
    height bigint,
    sha256 text not null,
    is_shown boolean not null,
    created_at bigint not null,
    sent_at bigint
);
create index attachments_by_conversation on attachments (org_id, conversation_id);
create index attachments_unsent on attachments (created_at) where sent_at is null;
