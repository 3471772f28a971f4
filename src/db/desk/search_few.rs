//! Searching where only a few conversations fit the filter: their entries are looked through one by one, as the index
//! would give all others first. PostgreSQL plans that by itself.

use rooms::OrgId;
use serde_json::json;
use sqlx::{QueryBuilder, Sqlite, SqlitePool};

use super::search_filters::push_filters;
use super::search_hit::{HitRow, SHOWN, hits};
use super::searching::Searching;
use crate::model::{SearchPhrase, SearchRequest, SearchWindow};

/// Conversations that are few.
const FEW_MAX: usize = 200;

/// Whether a request asks for what conversations are, besides their channel.
fn is_about_conversations(request: &SearchRequest) -> bool {
    request.assignee.is_some()
        || request.label.is_some()
        || request.status.is_some()
        || request.rating.is_some()
        || request.language.is_some()
}

/// The conversations of an org that fit a request as JSON; `None` where they are many, or the request does not choose some.
pub(super) async fn few_conversations(
    readers: &SqlitePool,
    org: OrgId,
    request: &SearchRequest,
) -> Result<Option<String>, sqlx::Error> {
    if !is_about_conversations(request) {
        return Ok(None);
    }
    let mut query = QueryBuilder::<Sqlite>::new("select c.id from conversations c where c.org_id = ");
    query.push_bind(org.to_string());
    // The channel is asked of what is found: it may be a visitor's.
    push_filters(&mut query, &SearchRequest { channel: None, ..request.clone() }, "instr");
    query.push(" limit ").push_bind(i64::try_from(FEW_MAX).unwrap_or(0) + 1);
    let mut searching = Searching::begin(readers).await?;
    let ids: Result<Vec<String>, _> = query.build_query_scalar().fetch_all(searching.connection()).await;
    searching.end().await?;
    let ids = ids?;
    Ok((ids.len() <= FEW_MAX).then(|| json!(ids).to_string()))
}

/// What fits a request within a window, of these conversations alone.
pub(super) async fn in_few(
    readers: &SqlitePool,
    org: OrgId,
    (request, conversations): (&SearchRequest, &str),
    window: SearchWindow,
    limit: i64,
) -> Result<Vec<HitRow>, sqlx::Error> {
    let mut query = QueryBuilder::<Sqlite>::new(SHOWN);
    query.push(
        "select i.id, i.org_id, i.kind, i.conversation_id, i.seq, i.ref_id from search_docs i \
         join conversations c on c.id = i.conversation_id and c.org_id = i.org_id \
         left join visitors v on v.id = i.ref_id and v.org_id = i.org_id where i.id in (\
         select d.id from search_docs d where d.seq is not null and d.conversation_id in (select value from json_each(",
    );
    query.push_bind(conversations.to_owned());
    query.push(
        ")) union all select d.id from search_docs d where d.ref_id is not null and d.ref_id in \
         (select t.id from tickets t where t.conversation_id in (select value from json_each(",
    );
    query.push_bind(conversations.to_owned()).push("))))");
    query.push(" and i.id between ").push_bind(window.from).push(" and ").push_bind(window.to);
    query.push(" and i.org_id = ").push_bind(org.to_string());
    if let Some(kind) = request.kind {
        query.push(" and i.kind = ").push_bind(kind.as_str());
    }
    for SearchPhrase { words, is_prefix } in &request.phrases {
        // Words hold letters and digits only, and stand with one blank between them.
        let end = if *is_prefix { "" } else { " " };
        query.push(" and instr(' ' || i.words || ' ', ");
        query.push_bind(format!(" {}{end}", words.join(" "))).push(") > 0");
    }
    push_filters(&mut query, request, "instr");
    query.push(" order by i.id desc limit ").push_bind(limit).push(hits!());
    let mut searching = Searching::begin(readers).await?;
    let rows = query.build_query_as().fetch_all(searching.connection()).await;
    searching.end().await?;
    rows
}
