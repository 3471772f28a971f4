//! The handler of what a visitor left behind.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::api::Api;
use super::caller::{Caller, Id};
use super::enums::CallEndReason;
use super::error::ApiError;
use super::views::TicketView;
use crate::model::{CallRecord, VisitorFile};
use crate::wire::{AttachmentView, ConversationView, conversation_view, rfc3339};

/// What a visitor did before, each the newest first and at most 20.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct VisitorHistoryAnswer {
    /// What their browser said of itself last.
    browser: Option<String>,
    conversations: Vec<ConversationView>,
    tickets: Vec<TicketView>,
    calls: Vec<VisitorCallView>,
    /// Files that were sent in their conversations, by whomever.
    files: Vec<VisitorFileView>,
}

/// A call of a visitor.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VisitorCall)]
struct VisitorCallView {
    id: String,
    session_id: String,
    started_at: String,
    /// Duration; null while it is active.
    seconds: Option<i64>,
    /// Why it ended; null while it is active.
    #[schema(value_type = Option<CallEndReason>)]
    reason: Option<String>,
}

impl From<CallRecord> for VisitorCallView {
    fn from(record: CallRecord) -> Self {
        Self {
            id: record.id.to_string(),
            session_id: record.conversation_id.to_string(),
            started_at: rfc3339(rooms::Timestamp(record.started_at)),
            seconds: record.seconds,
            reason: record.reason,
        }
    }
}

/// A file that a message names.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VisitorFile)]
struct VisitorFileView {
    session_id: String,
    attachment: AttachmentView,
    created_at: String,
}

impl From<VisitorFile> for VisitorFileView {
    fn from(sent: VisitorFile) -> Self {
        Self {
            session_id: sent.conversation.to_string(),
            attachment: (&sent.file).into(),
            created_at: rfc3339(sent.at),
        }
    }
}

/// Get what a visitor did before: conversations with their ratings, tickets, calls and files.
#[utoipa::path(get, path = "/visitors/{id}/history", tag = "conversations", params(("id" = String, Path)),
    responses((status = 200, description = "what they did before", body = VisitorHistoryAnswer)))]
pub(super) async fn get(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
) -> Result<Json<VisitorHistoryAnswer>, ApiError> {
    let history = api.hub.visitor_history(&caller.principal, &id.0).await?;
    Ok(Json(VisitorHistoryAnswer {
        browser: history.browser,
        conversations: history.conversations.iter().map(conversation_view).collect(),
        tickets: history.tickets.iter().map(TicketView::from).collect(),
        calls: history.calls.into_iter().map(VisitorCallView::from).collect(),
        files: history.files.into_iter().map(VisitorFileView::from).collect(),
    }))
}
