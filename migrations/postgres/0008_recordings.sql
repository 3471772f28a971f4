-- Recordings are removed when their time is over; few calls have one.
create index calls_recorded on calls (id) where recording is not null;
