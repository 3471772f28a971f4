-- Until when an old secret is accepted beside the one that took its place; nothing for a secret that holds.
alter table secrets add column expires_at bigint;
