-- What is known of a visitor beyond the conversation on screen.
alter table visitors add column browser text;
create index tickets_by_visitor on tickets (org_id, visitor_id, created_at);
create index calls_by_visitor on calls (org_id, visitor_id, id);
