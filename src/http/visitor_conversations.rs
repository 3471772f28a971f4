//! Handlers of a visitor's own conversations, earlier ones included, and of transcripts.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use rooms::{Audience, ConversationId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::api::Api;
use super::body::{Asked, Body};
use super::caller::{Caller, Id, Visitor, count_widget_read};
use super::error::ApiError;
use super::pagination::{List, PageQuery, cursor};
use crate::limits::Source;
use crate::model::ConversationRecord;
use crate::wire::{LastMessageView, RatingView, StateView, last_message_view, rfc3339};

/// A conversation as its visitor finds it in their list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OwnConversation {
    id: String,
    /// Identifies the stored history; changes only if the history was lost or restored from a backup.
    epoch: String,
    state: StateView,
    created_at: String,
    /// Null while it is open.
    closed_at: Option<String>,
    last_message: Option<LastMessageView>,
    /// Messages that the visitor has not read, at most 1,000.
    unread: u64,
    /// What the visitor said of it.
    rating: Option<RatingView>,
}

impl OwnConversation {
    fn new(record: &ConversationRecord, unread: u64) -> Self {
        let head = &record.head;
        Self {
            id: record.id.to_string(),
            epoch: record.epoch.to_string(),
            state: StateView::for_audience(head, Audience::Visitors),
            created_at: rfc3339(record.created_at),
            closed_at: head.closed_at.map(rfc3339),
            last_message: head.last_message.as_ref().map(last_message_view),
            unread,
            rating: head.rating.as_ref().map(RatingView::from),
        }
    }
}

/// List the visitor's conversations, newest first, closed ones included.
#[utoipa::path(get, path = "/widget/conversations", tag = "widget", params(PageQuery),
    responses((status = 200, description = "a page of conversations", body = List<OwnConversation>)))]
pub(super) async fn list(
    State(api): State<Api>,
    Visitor(caller): Visitor,
    Asked(page): Asked<PageQuery>,
) -> Result<Json<List<OwnConversation>>, ApiError> {
    count_widget_read(&api, caller.address)?;
    let after = cursor::<ConversationId>(page.cursor.as_deref())?;
    let (found, next_cursor) = api.hub.own_conversations(&caller.principal, after, page.limit()).await?;
    let items = found.iter().map(|(record, unread)| OwnConversation::new(record, *unread)).collect();
    Ok(Json(List { items, next_cursor }))
}

/// Language of a transcript.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct TranscriptQuery {
    /// Language tag, such as `es`; by default the visitor's language, then English.
    #[serde(default)]
    locale: Option<String>,
}

/// Download the visitor's conversation as plain text.
#[utoipa::path(get, path = "/widget/conversations/{id}/transcript", tag = "widget",
    params(("id" = String, Path), TranscriptQuery),
    responses((status = 200, description = "the transcript", body = String, content_type = "text/plain")))]
pub(super) async fn transcript_of_visitor(
    State(api): State<Api>,
    Visitor(caller): Visitor,
    id: Id,
    Asked(asked): Asked<TranscriptQuery>,
) -> Result<Response, ApiError> {
    count_widget_read(&api, caller.address)?;
    transcript(&api, &caller, &id, &asked).await
}

/// Download a conversation as plain text, without notes.
#[utoipa::path(get, path = "/conversations/{id}/transcript", tag = "conversations",
    params(("id" = String, Path), TranscriptQuery),
    responses((status = 200, description = "the transcript", body = String, content_type = "text/plain")))]
pub(super) async fn transcript_of_agent(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
    Asked(asked): Asked<TranscriptQuery>,
) -> Result<Response, ApiError> {
    if caller.principal.is_visitor() {
        count_widget_read(&api, caller.address)?;
    }
    transcript(&api, &caller, &id, &asked).await
}

async fn transcript(
    api: &Api,
    caller: &Caller,
    id: &Id,
    asked: &TranscriptQuery,
) -> Result<Response, ApiError> {
    let id = id.conversation()?;
    let made = api.handover.transcript(&caller.principal, id, asked.locale.as_deref()).await?;
    let disposition = format!("attachment; filename=\"{}\"", made.file_name);
    let headers: [(HeaderName, HeaderValue); 3] = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_str(&disposition).expect("a date is plain ASCII")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, made.text).into_response())
}

/// To whom a transcript goes.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct TranscriptBody {
    /// One email address.
    email: String,
}

/// Nothing to tell.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Accepted {}

/// Mail the visitor's conversation as plain text. `unavailable` where the server has no mail.
#[utoipa::path(post, path = "/widget/conversations/{id}/transcript", tag = "widget",
    params(("id" = String, Path), TranscriptQuery), request_body = TranscriptBody,
    responses((status = 202, description = "the mail is queued", body = Accepted)))]
pub(super) async fn mail_transcript(
    State(api): State<Api>,
    Visitor(caller): Visitor,
    id: Id,
    Asked(asked): Asked<TranscriptQuery>,
    body: Body<TranscriptBody>,
) -> Result<(StatusCode, Json<Accepted>), ApiError> {
    count_widget_read(&api, caller.address)?;
    let (id, source) = (id.conversation()?, Source::Address(caller.address));
    let (email, locale) = (body.value.email, asked.locale.as_deref());
    api.handover.mail_transcript(&caller.principal, source, id, &email, locale).await?;
    Ok((StatusCode::ACCEPTED, Json(Accepted {})))
}

/// Mail a conversation as plain text, as an agent. `unavailable` where the server has no mail.
#[utoipa::path(post, path = "/conversations/{id}/transcript", tag = "conversations",
    params(("id" = String, Path), TranscriptQuery), request_body = TranscriptBody,
    responses((status = 202, description = "the mail is queued", body = Accepted)))]
pub(super) async fn mail_transcript_of_agent(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
    Asked(asked): Asked<TranscriptQuery>,
    body: Body<TranscriptBody>,
) -> Result<(StatusCode, Json<Accepted>), ApiError> {
    let id = id.conversation()?;
    // The agents of an office have one address.
    let member = format!("transcripts by {}", caller.principal.user.id);
    let source =
        if caller.principal.is_visitor() { Source::Address(caller.address) } else { Source::Token(&member) };
    let (email, locale) = (body.value.email, asked.locale.as_deref());
    api.handover.mail_transcript(&caller.principal, source, id, &email, locale).await?;
    Ok((StatusCode::ACCEPTED, Json(Accepted {})))
}
