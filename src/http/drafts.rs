//! Handlers of drafts.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::api::Api;
use super::body::Body;
use super::caller::{Caller, Id};
use super::enums;
use super::error::ApiError;
use crate::model::{DraftKind, DraftRecord};
use crate::wire::{WireError, rfc3339};

/// What an agent has begun to write.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StoredDraft)]
struct DraftView {
    conversation_id: String,
    #[schema(value_type = enums::DraftKind)]
    kind: String,
    text: String,
    updated_at: String,
}

impl From<&DraftRecord> for DraftView {
    fn from(record: &DraftRecord) -> Self {
        Self {
            conversation_id: record.conversation_id.to_string(),
            kind: record.kind.clone(),
            text: record.text.clone(),
            updated_at: rfc3339(rooms::Timestamp(record.updated_at)),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DraftsAnswer {
    /// The newest first, at most 200.
    drafts: Vec<DraftView>,
}

/// A draft to store.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = DraftBody)]
pub(super) struct DraftBody {
    /// At most 10,000 characters; an empty one is removed.
    text: String,
    /// What it is to become; a message by default.
    #[serde(default)]
    #[schema(value_type = Option<enums::DraftKind>)]
    kind: Option<String>,
}

/// List the caller's drafts, the newest first.
#[utoipa::path(get, path = "/drafts", tag = "desk",
    responses((status = 200, description = "the caller's drafts", body = DraftsAnswer)))]
pub(super) async fn list(State(api): State<Api>, caller: Caller) -> Result<Json<DraftsAnswer>, ApiError> {
    let drafts = api.desk.drafts().list(&caller.principal).await?;
    Ok(Json(DraftsAnswer { drafts: drafts.iter().map(DraftView::from).collect() }))
}

/// Store the caller's draft in a conversation. An empty one is removed.
#[utoipa::path(put, path = "/conversations/{id}/draft", tag = "desk", params(("id" = String, Path)),
    request_body = DraftBody, responses((status = 204, description = "the draft is stored, or removed")))]
pub(super) async fn set(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
    body: Body<DraftBody>,
) -> Result<StatusCode, ApiError> {
    let DraftBody { text, kind } = body.value;
    let kind = kind.as_deref().map_or(Some(DraftKind::Message), DraftKind::parse);
    let kind = kind.ok_or_else(|| WireError::bad_request("kind must be message or note"))?;
    api.desk.drafts().set(&caller.principal, id.conversation()?, kind, &text).await?;
    Ok(StatusCode::NO_CONTENT)
}
