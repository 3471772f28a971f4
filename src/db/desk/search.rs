//! Searching: words, phrases and filters within a stretch of time, the newest first.

use rooms::OrgId;
use sqlx::{PgPool, QueryBuilder, SqlitePool};

use super::search_doc::{kind_word, org_word};
use super::search_few::{few_conversations, in_few};
use super::search_filters::push_filters;
use super::search_hit::{HitRow, SHOWN, hits};
use super::searching::{STATEMENT_TIME, Searching, was_ended};
use crate::db::engine::database::Backend;
use crate::db::{DbError, handle};
use crate::model::{SearchHit, SearchPhrase, SearchRequest, SearchWindow};

/// What a window of the index gave.
#[derive(Debug)]
pub enum WindowOutcome {
    /// Everything that fits, up to the limit, the newest first.
    Found(Vec<SearchHit>),
    /// It took too long and was ended.
    TooLong,
}

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
        outcome(
            org,
            match self.db.backend() {
                Backend::Sqlite { readers, .. } => in_sqlite(readers, org, request, window, limit).await,
                Backend::Postgres(pool) => in_postgres(pool, org, request, window, limit).await,
            },
        )
    }

    /// The conversations of an org that fit a request, where they are few and it is faster to look through them; for
    /// [`Search::window_of_few`].
    ///
    /// # Errors
    /// When storage fails.
    pub async fn few_conversations(
        self,
        org: OrgId,
        request: &SearchRequest,
    ) -> Result<Option<String>, DbError> {
        let Backend::Sqlite { readers, .. } = self.db.backend() else { return Ok(None) };
        match few_conversations(readers, org, request).await {
            Ok(few) => Ok(few),
            // Then the index answers, as far as it gets.
            Err(error) if was_ended(&error) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// As [`Search::window`], of these conversations alone.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn window_of_few(
        self,
        org: OrgId,
        (request, conversations): (&SearchRequest, &str),
        window: SearchWindow,
        limit: i64,
    ) -> Result<WindowOutcome, DbError> {
        let Backend::Sqlite { readers, .. } = self.db.backend() else {
            return self.window(org, request, window, limit).await;
        };
        outcome(org, in_few(readers, org, (request, conversations), window, limit).await)
    }
}

fn outcome(org: OrgId, found: Result<Vec<HitRow>, sqlx::Error>) -> Result<WindowOutcome, DbError> {
    match found {
        Ok(rows) => {
            let hits: Option<Vec<SearchHit>> = rows.into_iter().map(HitRow::into_hit).collect();
            let hits = hits.ok_or_else(|| DbError::Corrupt { what: "search index", id: org.to_string() })?;
            Ok(WindowOutcome::Found(hits))
        }
        Err(error) if was_ended(&error) => Ok(WindowOutcome::TooLong),
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn in_sqlite(
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
