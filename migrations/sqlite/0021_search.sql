-- What search finds. A job writes it right behind the commits; what is deleted leaves it in the same commit.
create table search_docs (
    -- The moment in milliseconds times 1,024, and a number within it: the newest is the greatest.
    id integer primary key,
    org_id text not null references orgs (id),
    -- message, note, visitor or ticket
    kind text not null,
    conversation_id text,
    -- Of messages and notes.
    seq bigint,
    -- The id of a visitor or a ticket.
    ref_id text,
    -- Its words, folded by the server.
    words text not null,
    -- What keeps orgs and kinds apart in the index.
    scope text generated always as ('o' || replace(org_id, '-', '') || ' ' || kind) virtual
);
create unique index search_docs_by_entry on search_docs (conversation_id, seq) where seq is not null;
create unique index search_docs_by_ref on search_docs (ref_id) where ref_id is not null;

-- The index over them. Its content stays above, so that a deletion takes the words out of it as they were put in.
create virtual table search_words using fts5 (
    scope, words, content = 'search_docs', content_rowid = 'id', tokenize = 'ascii', prefix = '2 3'
);
create trigger search_words_of_doc after insert on search_docs begin
    insert into search_words (rowid, scope, words) values (new.id, new.scope, new.words);
end;

-- How far the entries of a conversation are searchable.
create table search_positions (
    conversation_id text primary key references conversations (id) on delete cascade,
    org_id text not null,
    seq bigint not null
);

-- Visitors and tickets that changed since they were made searchable.
create table search_pending (
    kind text not null,
    ref_id text not null,
    org_id text not null,
    change_count bigint not null,
    primary key (kind, ref_id)
);
create index search_pending_by_org on search_pending (org_id);
insert into search_pending (kind, ref_id, org_id, change_count) select 'visitor', id, org_id, 0 from visitors;
insert into search_pending (kind, ref_id, org_id, change_count) select 'ticket', id, org_id, 0 from tickets;

create trigger search_of_new_visitor after insert on visitors begin
    insert into search_pending values ('visitor', new.id, new.org_id, 0)
        on conflict (kind, ref_id) do update set change_count = change_count + 1;
end;
create trigger search_of_visitor after update of name, email, phone, attributes on visitors
when (old.name, old.email, old.phone, old.attributes) is not (new.name, new.email, new.phone, new.attributes)
begin
    insert into search_pending values ('visitor', new.id, new.org_id, 0)
        on conflict (kind, ref_id) do update set change_count = change_count + 1;
end;
create trigger search_of_new_ticket after insert on tickets begin
    insert into search_pending values ('ticket', new.id, new.org_id, 0)
        on conflict (kind, ref_id) do update set change_count = change_count + 1;
end;
create trigger search_of_ticket after update of title, summary on tickets begin
    insert into search_pending values ('ticket', new.id, new.org_id, 0)
        on conflict (kind, ref_id) do update set change_count = change_count + 1;
end;
create trigger search_without_entry after delete on entries begin
    delete from search_docs where conversation_id = old.conversation_id and seq = old.seq;
end;
create trigger search_without_visitor after delete on visitors begin
    delete from search_pending where kind = 'visitor' and ref_id = old.id;
    delete from search_docs where ref_id = old.id;
end;
create trigger search_without_ticket after delete on tickets begin
    delete from search_pending where kind = 'ticket' and ref_id = old.id;
    delete from search_docs where ref_id = old.id;
end;
create trigger search_without_doc after delete on search_docs begin
    insert into search_words (search_words, rowid, scope, words) values ('delete', old.id, old.scope, old.words);
end;
