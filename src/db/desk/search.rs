//! Searching: words, phrases and filters within a stretch of time, the newest first.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rooms::OrgId;
use sqlx::pool::PoolConnection;
use sqlx::{PgPool, QueryBuilder, Sqlite, SqliteConnection, SqlitePool};

use super::search_doc::{kind_word, org_word};
use super::search_rows::file_names;
use crate::clock;
use crate::db::engine::database::Backend;
use crate::db::{DbError, handle};
use crate::model::{
    SearchAssignee, SearchHit, SearchKind, SearchPhrase, SearchRequest, SearchText, SearchWindow,
    search_moment,
};

/// A statement that takes longer is ended: a search never holds a reading connection for longer.
const STATEMENT_TIME: Duration = Duration::from_secs(2);
/// Steps of SQLite's machine between two looks at the clock.
const STEPS_BETWEEN_LOOKS: i32 = 10_000;

/// What a window of the index gave.
#[derive(Debug)]
pub enum WindowOutcome {
    /// Everything that fits, up to the limit, the newest first.
    Found(Vec<SearchHit>),
    /// It took too long and was ended.
    TooLong,
}

#[derive(sqlx::FromRow)]
struct HitRow {
    id: i64,
    kind: String,
    conversation_id: Option<String>,
    newest_conversation_id: Option<String>,
    seq: Option<i64>,
    ref_id: Option<String>,
    entry_id: Option<String>,
    author_kind: Option<String>,
    author_name: Option<String>,
    content: Option<String>,
    attachments: Option<String>,
    title: Option<String>,
    summary: Option<String>,
    reason: Option<String>,
    visitor_id: String,
    visitor_name: String,
    email: Option<String>,
    phone: Option<String>,
    attributes: Option<String>,
    channel_id: String,
}

/// What is shown of things; `$found` chooses them.
macro_rules! hits {
    () => {
        ") d left join conversations c on c.id = d.conversation_id and c.org_id = d.org_id \
         left join entries e on e.conversation_id = d.conversation_id and e.seq = d.seq and e.org_id = d.org_id \
         left join tickets t on d.kind = 'ticket' and t.id = d.ref_id and t.org_id = d.org_id \
         join visitors v on v.id = coalesce(c.visitor_id, d.ref_id) and v.org_id = d.org_id \
         order by d.id desc"
    };
}

const SHOWN: &str = "select d.id, d.kind, d.conversation_id, d.seq, d.ref_id, e.id as entry_id, e.author_kind, e.author_name, \
     e.content, e.attachments, t.title, t.summary, t.reason, v.id as visitor_id, v.name as visitor_name, v.email, v.phone, \
     v.attributes, coalesce(c.channel_id, v.channel_id) as channel_id, \
     case when d.kind = 'visitor' then (select n.id from conversations n where n.visitor_id = v.id and n.org_id = v.org_id \
     order by n.created_at desc, n.id desc limit 1) end as newest_conversation_id from (";

handle!(
    /// Searching.
    Search
);

impl Search<'_> {
    /// What of an org fits a request within a window of the index, the newest first.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn window(
        self,
        org: OrgId,
        request: &SearchRequest,
        window: SearchWindow,
        limit: i64,
    ) -> Result<WindowOutcome, DbError> {
        let found = match self.db.backend() {
            Backend::Sqlite { readers, .. } => in_sqlite(readers, org, request, window, limit).await,
            Backend::Postgres(pool) => in_postgres(pool, org, request, window, limit).await,
        };
        match found {
            Ok(rows) => {
                let hits: Option<Vec<SearchHit>> = rows.into_iter().map(HitRow::into_hit).collect();
                let hits =
                    hits.ok_or_else(|| DbError::Corrupt { what: "search index", id: org.to_string() })?;
                Ok(WindowOutcome::Found(hits))
            }
            Err(error) if was_ended(&error) => Ok(WindowOutcome::TooLong),
            Err(error) => Err(error.into()),
        }
    }
}

/// Whether the statement was ended by us: SQLITE_INTERRUPT, or PostgreSQL's query_canceled.
fn was_ended(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    matches!(code.as_deref(), Some("9" | "57014"))
}

/// A reading connection whose statement is ended when its time is over, or when nobody waits for its answer any more:
/// then the connection is closed, as its handler would end the next statement as well.
struct Searching {
    connection: Option<PoolConnection<Sqlite>>,
    is_over: Arc<AtomicBool>,
}

impl Searching {
    async fn begin(readers: &SqlitePool) -> Result<Self, sqlx::Error> {
        let mut connection = readers.acquire().await?;
        let is_over = Arc::new(AtomicBool::new(false));
        let (ends, deadline) = (is_over.clone(), clock::instant() + STATEMENT_TIME);
        connection.lock_handle().await?.set_progress_handler(STEPS_BETWEEN_LOOKS, move || {
            !ends.load(Ordering::Relaxed) && clock::instant() < deadline
        });
        Ok(Self { connection: Some(connection), is_over })
    }

    fn connection(&mut self) -> &mut SqliteConnection {
        self.connection.as_mut().expect("it is there until the end")
    }

    /// Gives the connection back as it was.
    async fn end(mut self) -> Result<(), sqlx::Error> {
        self.connection().lock_handle().await?.remove_progress_handler();
        self.connection = None;
        Ok(())
    }
}

impl Drop for Searching {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        if let Some(mut connection) = self.connection.take() {
            connection.close_on_drop();
        }
    }
}

async fn in_sqlite(
    readers: &SqlitePool,
    org: OrgId,
    request: &SearchRequest,
    window: SearchWindow,
    limit: i64,
) -> Result<Vec<HitRow>, sqlx::Error> {
    let mut query = QueryBuilder::new(SHOWN);
    query.push(
        "select i.id, i.org_id, i.kind, i.conversation_id, i.seq, i.ref_id from search_words w cross join search_docs i on i.id = w.rowid \
         left join conversations c on c.id = i.conversation_id and c.org_id = i.org_id \
         left join visitors v on v.id = i.ref_id and v.org_id = i.org_id where search_words match ",
    );
    query.push_bind(fts_query(org, request));
    query.push(" and w.rowid between ").push_bind(window.from).push(" and ").push_bind(window.to);
    query.push(" and i.org_id = ").push_bind(org.to_string());
    push_filters(&mut query, request, "instr");
    query.push(" order by w.rowid desc limit ").push_bind(limit).push(hits!());
    let mut searching = Searching::begin(readers).await?;
    let rows = query.build_query_as().fetch_all(searching.connection()).await;
    searching.end().await?;
    rows
}

async fn in_postgres(
    pool: &PgPool,
    org: OrgId,
    request: &SearchRequest,
    window: SearchWindow,
    limit: i64,
) -> Result<Vec<HitRow>, sqlx::Error> {
    let mut query = QueryBuilder::new(SHOWN);
    query.push(
        "select i.id, i.org_id, i.kind, i.conversation_id, i.seq, i.ref_id from search_docs i \
         left join conversations c on c.id = i.conversation_id and c.org_id = i.org_id \
         left join visitors v on v.id = i.ref_id and v.org_id = i.org_id where i.words @@ cast(",
    );
    query.push_bind(ts_query(request)).push(" as tsquery)");
    query.push(" and i.id between ").push_bind(window.from).push(" and ").push_bind(window.to);
    query.push(" and i.org_id = ").push_bind(org.to_string());
    if let Some(kind) = request.kind {
        query.push(" and i.kind = ").push_bind(kind.as_str());
    }
    push_filters(&mut query, request, "strpos");
    query.push(" order by i.id desc limit ").push_bind(limit).push(hits!());
    let mut tx = pool.begin().await?;
    sqlx::query("select set_config('statement_timeout', $1, true)")
        .bind(STATEMENT_TIME.as_millis().to_string())
        .execute(&mut *tx)
        .await?;
    let rows = query.build_query_as().fetch_all(&mut *tx).await?;
    tx.commit().await?;
    Ok(rows)
}

/// Filters by what a conversation is now; a visitor alone fits only a channel. `place_of` is the engine's function that
/// finds a text in another, to the letter.
fn push_filters<DB: sqlx::Database>(query: &mut QueryBuilder<DB>, request: &SearchRequest, place_of: &str)
where
    String: for<'q> sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    i64: for<'q> sqlx::Encode<'q, DB> + sqlx::Type<DB>,
{
    if let Some(channel) = request.channel {
        query.push(" and coalesce(c.channel_id, v.channel_id) = ").push_bind(channel.to_string());
    }
    match request.assignee {
        Some(SearchAssignee::Nobody) => {
            query.push(" and c.id is not null and c.assignee is null");
        }
        Some(SearchAssignee::Agent(agent)) => {
            query.push(" and c.assignee = ").push_bind(agent.to_string());
        }
        None => {}
    }
    if let Some(label) = &request.label {
        // Labels are stored as JSON, where a text stands in quotes.
        let quoted = serde_json::to_string(label).expect("a text is plain data");
        query.push(format!(" and {place_of}(c.labels, ")).push_bind(quoted).push(") > 0");
    }
    if let Some(status) = request.status {
        query.push(" and c.status = ").push_bind(status.to_owned());
    }
    if let Some(rating) = request.rating {
        query.push(" and c.rating_score = ").push_bind(rating);
    }
    if let Some(language) = &request.language {
        // The insight is stored as JSON without blanks.
        let stored = format!("\"language\":\"{language}\"");
        query.push(format!(" and {place_of}(c.insight, ")).push_bind(stored).push(") > 0");
    }
}

/// A query of FTS5: words hold letters and digits only, and stand in quotes.
fn fts_query(org: OrgId, request: &SearchRequest) -> String {
    let phrases: Vec<String> = request
        .phrases
        .iter()
        .map(|SearchPhrase { words, is_prefix }| {
            format!("\"{}\"{}", words.join(" "), if *is_prefix { " *" } else { "" })
        })
        .collect();
    let kind = request.kind.map(|kind| format!(" AND scope : {}", kind_word(kind))).unwrap_or_default();
    format!("words : ({}) AND scope : {}{kind}", phrases.join(" AND "), org_word(org))
}

/// A `tsquery`: words hold letters and digits only, and stand in quotes.
fn ts_query(request: &SearchRequest) -> String {
    let phrase = |SearchPhrase { words, is_prefix }: &SearchPhrase| {
        let last = words.len().saturating_sub(1);
        let lexemes = words
            .iter()
            .enumerate()
            .map(|(at, word)| format!("'{word}'{}", if *is_prefix && at == last { ":*" } else { "" }));
        format!("({})", lexemes.collect::<Vec<_>>().join(" <-> "))
    };
    request.phrases.iter().map(phrase).collect::<Vec<_>>().join(" & ")
}

impl HitRow {
    fn into_hit(self) -> Option<SearchHit> {
        let kind = SearchKind::parse(&self.kind)?;
        let conversation = self.conversation_id.or(self.newest_conversation_id);
        let is_visitor = kind == SearchKind::Visitor;
        let of_visitor = |text: Option<String>| text.filter(|_| is_visitor);
        Some(SearchHit {
            place: self.id,
            kind,
            conversation: conversation.map(|id| id.parse()).transpose().ok()?,
            seq: self.seq.and_then(|seq| u64::try_from(seq).ok()),
            id: self.entry_id.or(self.ref_id)?,
            author: self.author_kind.zip(self.author_name),
            visitor: self.visitor_id.parse().ok()?,
            visitor_name: self.visitor_name,
            channel: self.channel_id.parse().ok()?,
            created_at: search_moment(self.id),
            text: SearchText {
                content: self.content,
                file_names: file_names(self.attachments.as_deref()),
                email: of_visitor(self.email),
                phone: of_visitor(self.phone),
                attributes: of_visitor(self.attributes),
                title: self.title,
                summary: self.summary,
                reason: self.reason,
            },
        })
    }
}
