-- Several channels may name one issuer and audience: a token then needs the channel's key.
drop index channels_by_issuer;
create index channels_by_issuer on channels (issuer, issuer_audience) where issuer is not null;

-- Whether name and address of a visitor come from a token that the site signed, and not from its page.
alter table visitors add column profile_verified boolean not null default false;
