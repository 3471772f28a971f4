//! The handler of search.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::api::Api;
use super::body::Asked;
use super::caller::Caller;
use super::enums;
use super::error::ApiError;
use super::knowledge_query::channel;
use super::pagination::limit;
use super::ratings::moment;
use crate::desk::{SearchFilter, SearchResult, SnippetPart};
use crate::model::{SearchAssignee, SearchHit, SearchKind, SearchRequest};
use crate::wire::{WireError, rfc3339};

const STATUSES: [&str; 4] = ["open", "waiting", "closed", "snoozed"];

/// What is searched for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SearchQuery {
    /// Words that must all be there, without regard to case and accents; `"in quotes"` beside each other. The last one
    /// may be a beginning of at least two characters. At most 500 characters and 24 words.
    q: String,
    /// Only `message`, `note`, `visitor` or `ticket`.
    kind: Option<String>,
    /// Only this channel.
    channel_id: Option<String>,
    /// Only conversations assigned to this agent, or `none`.
    assignee: Option<String>,
    /// Only conversations with this label.
    label: Option<String>,
    /// Only conversations that are `open`, `waiting`, `closed` or `snoozed`.
    status: Option<String>,
    /// Only conversations with this score, 1 to 5.
    rating: Option<String>,
    /// Only what was written from this moment on, as RFC 3339, or from the beginning of this day (UTC).
    from: Option<String>,
    /// Only what was written before this moment or day.
    to: Option<String>,
    /// Only conversations in this language, two letters.
    language: Option<String>,
    /// The `next_cursor` of the previous page.
    cursor: Option<String>,
    /// Maximum number of items: 50 by default, at most 200.
    limit: Option<u32>,
}

/// A piece of a snippet.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SnippetPart)]
struct SnippetPartView {
    text: String,
    /// Whether these are words that were searched for.
    hit: bool,
}

impl From<SnippetPart> for SnippetPartView {
    fn from(part: SnippetPart) -> Self {
        Self { text: part.text, hit: part.is_hit }
    }
}

/// The visitor of a hit.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SearchVisitor)]
struct SearchVisitorView {
    id: String,
    name: String,
}

/// Who wrote it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SearchAuthor)]
struct AuthorView {
    /// The kind of user, as in entries.
    kind: String,
    name: String,
}

/// What a search found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SearchItem)]
struct SearchItemView {
    #[schema(value_type = enums::SearchKind)]
    kind: &'static str,
    /// The id of the entry, the visitor or the ticket.
    id: String,
    /// Its conversation; of a visitor the newest one.
    conversation_id: Option<String>,
    /// The place of a message or note in its conversation.
    seq: Option<u64>,
    /// Who wrote a message or note.
    author: Option<AuthorView>,
    visitor: SearchVisitorView,
    channel_id: String,
    created_at: String,
    /// The part of it around the first hit.
    snippet: Vec<SnippetPartView>,
}

impl From<(SearchHit, Vec<SnippetPart>)> for SearchItemView {
    fn from((hit, snippet): (SearchHit, Vec<SnippetPart>)) -> Self {
        Self {
            kind: hit.kind.as_str(),
            id: hit.id,
            conversation_id: hit.conversation.map(|id| id.to_string()),
            seq: hit.seq,
            author: hit.author.map(|(kind, name)| AuthorView { kind, name }),
            visitor: SearchVisitorView { id: hit.visitor.to_string(), name: hit.visitor_name },
            channel_id: hit.channel.to_string(),
            created_at: rfc3339(hit.created_at),
            snippet: snippet.into_iter().map(SnippetPartView::from).collect(),
        }
    }
}

/// A page of what a search found, the newest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SearchAnswer)]
pub(super) struct SearchAnswer {
    items: Vec<SearchItemView>,
    /// Where it goes on; a page may hold fewer items than asked for, or none, where older times are still to be
    /// looked at. Null once everything was.
    next_cursor: Option<String>,
    /// Whether something that was written may not be found yet.
    is_behind: bool,
}

impl From<SearchResult> for SearchAnswer {
    fn from(result: SearchResult) -> Self {
        Self {
            items: result.items.into_iter().map(SearchItemView::from).collect(),
            next_cursor: result.next.map(|place| place.to_string()),
            is_behind: result.is_behind,
        }
    }
}

/// Search messages, notes, visitors and tickets of the org, the newest first. The index is written right behind the
/// commits; `is_behind` tells where something may be missing.
#[utoipa::path(get, path = "/search", tag = "desk", params(SearchQuery),
    responses((status = 200, description = "a page of what was found", body = SearchAnswer)))]
pub(super) async fn find(
    State(api): State<Api>,
    caller: Caller,
    Asked(asked): Asked<SearchQuery>,
) -> Result<Json<SearchAnswer>, ApiError> {
    let request = SearchRequest {
        phrases: Vec::new(),
        kind: one_of("kind", asked.kind.as_deref(), SearchKind::parse)?,
        channel: channel(asked.channel_id.as_deref())?,
        assignee: one_of("assignee", asked.assignee.as_deref(), assignee)?,
        label: asked.label.filter(|label| !label.is_empty()),
        status: one_of("status", asked.status.as_deref(), |name| {
            STATUSES.into_iter().find(|one| *one == name)
        })?,
        rating: one_of("rating", asked.rating.as_deref(), |score| {
            score.parse().ok().filter(|score| (1..=5).contains(score))
        })?,
        language: one_of("language", asked.language.as_deref(), language)?,
    };
    let filter = SearchFilter {
        request,
        from: moment("from", asked.from.as_deref())?,
        to: moment("to", asked.to.as_deref())?,
        below: one_of("cursor", asked.cursor.as_deref(), |place| place.parse().ok())?,
        limit: limit(asked.limit),
    };
    let found = api.desk.search().find(&caller.principal, &asked.q, filter).await?;
    Ok(Json(found.into()))
}

fn assignee(text: &str) -> Option<SearchAssignee> {
    if text == "none" { Some(SearchAssignee::Nobody) } else { text.parse().ok().map(SearchAssignee::Agent) }
}

fn language(text: &str) -> Option<String> {
    let is_code = (2..=3).contains(&text.len()) && text.chars().all(|one| one.is_ascii_lowercase());
    is_code.then(|| text.to_owned())
}

/// A parameter that is one of few; an empty one is none.
fn one_of<T>(
    name: &str,
    text: Option<&str>,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<Option<T>, WireError> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    parse(text)
        .map(Some)
        .ok_or_else(|| WireError::bad_request(format!("{name} is none of those that there are")))
}
