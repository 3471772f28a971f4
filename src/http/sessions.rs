//! Handlers of the caller's own sessions.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::api::Api;
use super::caller::{Caller, Id};
use super::error::ApiError;
use super::pagination::List;
use crate::model::SessionRecord;
use crate::wire::rfc3339;

/// Where a member is signed in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AgentSession)]
pub(super) struct SessionView {
    id: String,
    /// What the browser said of itself; null where it was not kept.
    browser: Option<String>,
    /// The address it was begun from; null where it was not kept.
    address: Option<String>,
    created_at: String,
    /// When it was used last, to within ten minutes.
    seen_at: String,
    expires_at: String,
    /// Whether it is the one that asks.
    is_current: bool,
}

impl SessionView {
    fn new(record: SessionRecord, credential: &str) -> Self {
        let (browser, address) =
            record.origin.map_or((None, None), |origin| (origin.device, Some(origin.address)));
        Self {
            is_current: credential == format!("session:{}", record.id),
            id: record.id.to_string(),
            browser,
            address,
            created_at: rfc3339(record.created_at),
            seen_at: rfc3339(record.seen_at),
            expires_at: rfc3339(record.expires_at),
        }
    }
}

/// How many sessions have ended.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EndedAnswer {
    ended_count: usize,
}

/// List where the caller is signed in, the session used last first.
#[utoipa::path(get, path = "/auth/sessions", tag = "auth",
    responses((status = 200, description = "the sessions, at most 200", body = List<SessionView>)))]
pub(super) async fn list(
    State(api): State<Api>,
    caller: Caller,
) -> Result<Json<List<SessionView>>, ApiError> {
    let sessions = api.accounts.sessions().list(&caller.principal).await?;
    let view = |record| SessionView::new(record, &caller.principal.credential);
    Ok(Json(List { items: sessions.into_iter().map(view).collect(), next_cursor: None }))
}

/// End a session of the caller and close its sockets.
#[utoipa::path(delete, path = "/auth/sessions/{id}", tag = "auth", params(("id" = String, Path)),
    responses((status = 204, description = "the session has ended")))]
pub(super) async fn end(State(api): State<Api>, caller: Caller, id: Id) -> Result<StatusCode, ApiError> {
    api.accounts.sessions().end(&caller.principal, &id.0).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// End all sessions of the caller but the one that asks, and close their sockets.
#[utoipa::path(post, path = "/auth/sessions/end-others", tag = "auth",
    responses((status = 200, description = "how many have ended", body = EndedAnswer)))]
pub(super) async fn end_others(
    State(api): State<Api>,
    caller: Caller,
) -> Result<Json<EndedAnswer>, ApiError> {
    let ended_count = api.accounts.sessions().end_others(&caller.principal).await?;
    Ok(Json(EndedAnswer { ended_count }))
}
