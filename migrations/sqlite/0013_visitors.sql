-- What visitors, their pages and their forms say of them.
alter table visitors add column phone text;
-- A JSON object of texts, numbers and booleans by name.
alter table visitors add column attributes text;

-- The pages a visitor was on, the newest 50.
create table visitor_pages (
    id text primary key,
    org_id text not null references orgs (id),
    visitor_id text not null references visitors (id),
    page text not null,
    viewed_at bigint not null
);
create index visitor_pages_by_visitor on visitor_pages (visitor_id, id);
