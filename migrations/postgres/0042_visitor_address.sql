-- From where a visitor came last, for owners and admins who block addresses.
alter table visitors add column address text;
alter table visitors add column address_at bigint;
create index visitors_with_address on visitors (address_at) where address is not null;
