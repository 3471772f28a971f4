-- What search finds. A job writes it right behind the commits; what is deleted leaves it in the same commit.
create table search_docs (
    -- The moment in milliseconds times 1,024, and a number within it: the newest is the greatest.
    id bigint primary key,
    org_id text not null references orgs (id),
    -- message, note, visitor or ticket
    kind text not null,
    conversation_id text,
    -- Of messages and notes.
    seq bigint,
    -- The id of a visitor or a ticket.
    ref_id text,
    -- Its words, folded by the server.
    words tsvector not null
);
create unique index search_docs_by_entry on search_docs (conversation_id, seq) where seq is not null;
create unique index search_docs_by_ref on search_docs (ref_id) where ref_id is not null;
create index search_docs_by_org on search_docs (org_id, id);
create index search_docs_by_words on search_docs using gin (words);

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

create function search_note_change() returns trigger language plpgsql as $$
begin
    insert into search_pending values (tg_argv[0], new.id, new.org_id, 0)
        on conflict (kind, ref_id) do update set change_count = search_pending.change_count + 1;
    return null;
end $$;
create function search_forget() returns trigger language plpgsql as $$
begin
    delete from search_pending where kind = tg_argv[0] and ref_id = old.id;
    delete from search_docs where ref_id = old.id;
    return null;
end $$;
create function search_forget_entry() returns trigger language plpgsql as $$
begin
    delete from search_docs where conversation_id = old.conversation_id and seq = old.seq;
    return null;
end $$;

create trigger search_of_new_visitor after insert on visitors
    for each row execute function search_note_change('visitor');
create trigger search_of_visitor after update of name, email, phone, attributes on visitors
    for each row when ((old.name, old.email, old.phone, old.attributes) is distinct from (new.name, new.email, new.phone, new.attributes))
    execute function search_note_change('visitor');
create trigger search_of_new_ticket after insert on tickets
    for each row execute function search_note_change('ticket');
create trigger search_of_ticket after update of title, summary on tickets
    for each row execute function search_note_change('ticket');
create trigger search_without_entry after delete on entries
    for each row execute function search_forget_entry();
create trigger search_without_visitor after delete on visitors
    for each row execute function search_forget('visitor');
create trigger search_without_ticket after delete on tickets
    for each row execute function search_forget('ticket');
