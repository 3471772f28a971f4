-- Mailboxes that want no more mails to visitors of an org, by the SHA-256 of their address.
create table mail_stops (
    org_id text not null references orgs (id),
    mailbox_hash text not null,
    stopped_at bigint not null,
    primary key (org_id, mailbox_hash)
);

-- To which mailboxes a visitor had transcripts mailed within the last day, by the SHA-256 of their address.
create table transcript_recipients (
    visitor_id text not null references visitors (id),
    mailbox_hash text not null,
    org_id text not null references orgs (id),
    mailed_at bigint not null,
    primary key (visitor_id, mailbox_hash)
);
