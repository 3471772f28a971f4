-- What a token may do of what its owner may: read, write or admin; null is everything, as tokens were before.
alter table api_tokens add column rights text;
alter table api_tokens add column expires_at bigint;
-- When it was used last, to within a minute.
alter table api_tokens add column used_at bigint;
