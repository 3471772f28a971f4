-- Recordings are removed when their time is over; few calls have one.
create index calls_recorded on calls (id) where recording is not null;

-- Nobody owes an answer to what was said to a person, or as the last words of a call.
alter table entries add column is_answered boolean not null default false;
