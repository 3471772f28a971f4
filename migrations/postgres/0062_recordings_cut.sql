-- The recording of a call has less than was said: the disk was full or too slow. Null where it is whole, or nobody recorded.
-- cut: it stops early; lost: nothing of it could be kept.
alter table calls add column recording_fault text;
