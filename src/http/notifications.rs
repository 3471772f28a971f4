//! Handlers of notifications.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::api::Api;
use super::body::{Asked, Body};
use super::caller::Caller;
use super::error::ApiError;
use super::pagination::{PageQuery, cut};
use crate::wire::{NotificationView, WireError};

/// A page of the caller's notifications.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NotificationsAnswer {
    items: Vec<NotificationView>,
    next_cursor: Option<String>,
    /// How many the caller has not read, on all pages.
    unread_count: i64,
}

/// Which notifications were read: `ids`, or `all`.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NotificationsReadBody)]
#[serde(deny_unknown_fields)]
pub(super) struct ReadBody {
    /// At most 500.
    #[serde(default)]
    ids: Option<Vec<String>>,
    #[serde(default)]
    all: bool,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NotificationsReadAnswer)]
pub(super) struct ReadAnswer {
    /// How many the caller has not read.
    unread_count: i64,
}

/// List the caller's notifications, the newest first.
#[utoipa::path(get, path = "/notifications", tag = "desk", params(PageQuery),
    responses((status = 200, description = "a page of notifications", body = NotificationsAnswer)))]
pub(super) async fn list(
    State(api): State<Api>,
    caller: Caller,
    Asked(page): Asked<PageQuery>,
) -> Result<Json<NotificationsAnswer>, ApiError> {
    let limit = page.limit();
    let notifications = api.desk.notifications();
    let (records, unread_count) = notifications.list(&caller.principal, page.after()?, limit + 1).await?;
    let (records, next_cursor) = cut(records, limit, |record| record.id.to_string());
    let items = records.iter().map(NotificationView::from).collect();
    Ok(Json(NotificationsAnswer { items, next_cursor, unread_count }))
}

/// Mark notifications as read, those of `ids` or all. Others' are passed over.
#[utoipa::path(post, path = "/notifications/read", tag = "desk", request_body = ReadBody,
    responses((status = 200, description = "they are read", body = ReadAnswer)))]
pub(super) async fn mark_read(
    State(api): State<Api>,
    caller: Caller,
    body: Body<ReadBody>,
) -> Result<Json<ReadAnswer>, ApiError> {
    let ReadBody { ids, all } = body.value;
    if ids.is_some() == all {
        return Err(WireError::bad_request("say either ids or all: true").into());
    }
    let unread_count = api.desk.notifications().mark_read(&caller.principal, ids.as_deref()).await?;
    Ok(Json(ReadAnswer { unread_count }))
}
