//! Handlers of following conversations.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::api::Api;
use super::caller::{Caller, Id};
use super::error::ApiError;

/// Whether the caller follows a conversation.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FollowAnswer {
    following: bool,
}

/// Whether the caller follows the conversation.
#[utoipa::path(get, path = "/conversations/{id}/follow", tag = "desk", params(("id" = String, Path)),
    responses((status = 200, description = "whether the caller follows it", body = FollowAnswer)))]
pub(super) async fn get(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
) -> Result<Json<FollowAnswer>, ApiError> {
    let following = api.desk.follows().is_following(&caller.principal, id.conversation()?).await?;
    Ok(Json(FollowAnswer { following }))
}

/// Follow the conversation, to be notified of what the visitor writes and of its close.
#[utoipa::path(post, path = "/conversations/{id}/follow", tag = "desk", params(("id" = String, Path)),
    responses((status = 200, description = "the caller follows it", body = FollowAnswer)))]
pub(super) async fn follow(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
) -> Result<Json<FollowAnswer>, ApiError> {
    api.desk.follows().follow(&caller.principal, id.conversation()?).await?;
    Ok(Json(FollowAnswer { following: true }))
}

/// Follow the conversation no longer.
#[utoipa::path(delete, path = "/conversations/{id}/follow", tag = "desk", params(("id" = String, Path)),
    responses((status = 200, description = "the caller does not follow it", body = FollowAnswer)))]
pub(super) async fn unfollow(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
) -> Result<Json<FollowAnswer>, ApiError> {
    api.desk.follows().unfollow(&caller.principal, id.conversation()?).await?;
    Ok(Json(FollowAnswer { following: false }))
}
