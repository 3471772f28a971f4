create table knowledge_sources (
    id text primary key,
    org_id text not null references orgs (id),
    channel_id text references channels (id),
    kind text not null,
    title text not null,
    url text,
    vector_store_id text,
    media_type text,
    content blob,
    state text not null,
    reason text,
    model text,
    progress_done bigint not null,
    progress_total bigint not null,
    chunk_count bigint not null,
    version bigint not null,
    retry_at bigint,
    created_at bigint not null,
    updated_at bigint not null,
    indexed_at bigint
);
create index knowledge_sources_by_org on knowledge_sources (org_id, id);
create index knowledge_sources_by_state on knowledge_sources (state, updated_at);

create table knowledge_pairs (
    id text primary key,
    org_id text not null,
    source_id text not null references knowledge_sources (id) on delete cascade,
    question text not null,
    phrasings text not null,
    answer text not null,
    created_at bigint not null,
    updated_at bigint not null
);
create index knowledge_pairs_by_org on knowledge_pairs (org_id, id);
create index knowledge_pairs_by_source on knowledge_pairs (source_id, id);

create table knowledge_chunks (
    num integer primary key autoincrement,
    id text not null unique,
    org_id text not null,
    channel_id text,
    source_id text not null references knowledge_sources (id) on delete cascade,
    pair_id text,
    language text not null,
    title text not null,
    question text,
    text text not null,
    url text,
    question_terms text not null,
    terms text not null,
    created_at bigint not null
);
create index knowledge_chunks_by_org on knowledge_chunks (org_id, num);
create index knowledge_chunks_by_source on knowledge_chunks (source_id);
create index knowledge_chunks_by_pair on knowledge_chunks (pair_id) where pair_id is not null;

create virtual table knowledge_terms using fts5(
    terms,
    content = 'knowledge_chunks',
    content_rowid = 'num',
    tokenize = 'unicode61 remove_diacritics 2'
);
create trigger knowledge_chunks_added after insert on knowledge_chunks begin
    insert into knowledge_terms (rowid, terms) values (new.num, new.terms);
end;
create trigger knowledge_chunks_removed after delete on knowledge_chunks begin
    insert into knowledge_terms (knowledge_terms, rowid, terms) values ('delete', old.num, old.terms);
end;

create table knowledge_vectors (
    chunk_num bigint not null references knowledge_chunks (num) on delete cascade,
    place bigint not null,
    org_id text not null,
    model text not null,
    vector blob not null,
    primary key (chunk_num, place)
);
create index knowledge_vectors_by_org on knowledge_vectors (org_id, model);

create table knowledge_revisions (
    org_id text primary key references orgs (id),
    revision bigint not null
);

create table knowledge_unanswered (
    id text primary key,
    org_id text not null references orgs (id),
    channel_id text not null,
    conversation_id text,
    question text not null,
    folded text not null,
    language text,
    asked_count bigint not null,
    created_at bigint not null,
    asked_at bigint not null
);
create unique index knowledge_unanswered_by_question on knowledge_unanswered (org_id, channel_id, folded);
