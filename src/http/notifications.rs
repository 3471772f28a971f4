//! Handlers of notifications.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::api::Api;
use super::body::{Asked, Body};
use super::caller::Caller;
use super::error::ApiError;
use super::pagination::{PageQuery, cut};
use crate::desk::Read;
use crate::model::{NotificationChoices, QuietHours};
use crate::wire::{NotificationView, WireError};

/// A page of the caller's notifications.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NotificationsAnswer {
    items: Vec<NotificationView>,
    next_cursor: Option<String>,
    /// How many the caller has not read, on all pages.
    unread_count: i64,
}

/// Which notifications were read: one of `ids`, `conversation_id` and `all`.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NotificationsReadBody)]
#[serde(deny_unknown_fields)]
pub(super) struct ReadBody {
    /// At most 500.
    #[serde(default)]
    ids: Option<Vec<String>>,
    /// Those of this conversation.
    #[serde(default)]
    conversation_id: Option<String>,
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
    let (records, next_cursor) = cut(records, limit, |record| record.order_id.to_string());
    let items = records.iter().map(NotificationView::from).collect();
    Ok(Json(NotificationsAnswer { items, next_cursor, unread_count }))
}

/// Mark notifications as read: those of `ids`, those of a conversation, or all. Others' are passed over.
#[utoipa::path(post, path = "/notifications/read", tag = "desk", request_body = ReadBody,
    responses((status = 200, description = "they are read", body = ReadAnswer)))]
pub(super) async fn mark_read(
    State(api): State<Api>,
    caller: Caller,
    body: Body<ReadBody>,
) -> Result<Json<ReadAnswer>, ApiError> {
    let ReadBody { ids, all, conversation_id } = body.value;
    let read = match (&ids, all, &conversation_id) {
        (Some(ids), false, None) => Read::Ids(ids),
        (None, true, None) => Read::All,
        // What is no id is nobody's conversation.
        (None, false, Some(id)) => Read::Conversation(id.parse().map_err(|_| WireError::not_found())?),
        _ => return Err(WireError::bad_request("say one of ids, conversation_id and all: true").into()),
    };
    let unread_count = api.desk.notifications().mark_read(&caller.principal, read).await?;
    Ok(Json(ReadAnswer { unread_count }))
}

/// Hours in which the caller is told by the bell alone.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = QuietHours)]
#[serde(deny_unknown_fields)]
pub(super) struct QuietHoursView {
    /// When they begin, as `HH:MM`.
    from: String,
    /// When they end; before `from` it is that of the next day.
    to: String,
}

/// How the caller wants to be told.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = NotificationChoices)]
#[serde(deny_unknown_fields)]
pub(super) struct ChoicesView {
    /// By kind (`handoff`, `visitor_wrote`, `followed`, `call`, `assigned`, `mention`, `missed`, `limit`), which of `bell`, `sound`,
    /// `desktop` and `push`. A kind that is not named is told as by default.
    ways: BTreeMap<String, Vec<String>>,
    quiet: Option<QuietHoursView>,
    /// Whether all of Saturday and Sunday is quiet.
    quiet_weekends: bool,
    /// Whether a push holds the beginning of what was written.
    #[serde(default)]
    push_preview: bool,
    /// The hour, 0 to 23, at which a summary is mailed once a day; null for none.
    #[serde(default)]
    digest_hour: Option<u8>,
    /// The language of mails: `en` or `es`.
    #[serde(default = "english")]
    locale: String,
    /// The zone of all these times, such as `Europe/Madrid`.
    time_zone: String,
}

fn english() -> String {
    "en".to_owned()
}

impl From<NotificationChoices> for ChoicesView {
    fn from(choices: NotificationChoices) -> Self {
        Self {
            ways: choices.ways,
            quiet: choices.quiet.map(|QuietHours { from, to }| QuietHoursView { from, to }),
            quiet_weekends: choices.has_quiet_weekends,
            push_preview: choices.has_push_preview,
            digest_hour: choices.digest_hour,
            locale: choices.locale,
            time_zone: choices.time_zone,
        }
    }
}

impl From<ChoicesView> for NotificationChoices {
    fn from(view: ChoicesView) -> Self {
        Self {
            ways: view.ways,
            quiet: view.quiet.map(|QuietHoursView { from, to }| QuietHours { from, to }),
            has_quiet_weekends: view.quiet_weekends,
            has_push_preview: view.push_preview,
            digest_hour: view.digest_hour,
            locale: view.locale,
            time_zone: view.time_zone,
        }
    }
}

/// Show how the caller wants to be told.
#[utoipa::path(get, path = "/notifications/choices", tag = "desk",
    responses((status = 200, description = "the caller's choices", body = ChoicesView)))]
pub(super) async fn choices(State(api): State<Api>, caller: Caller) -> Result<Json<ChoicesView>, ApiError> {
    Ok(Json(api.desk.notification_choices().get(&caller.principal).await?.into()))
}

/// Choose how the caller wants to be told.
#[utoipa::path(put, path = "/notifications/choices", tag = "desk", request_body = ChoicesView,
    responses((status = 200, description = "the choices as they are stored", body = ChoicesView)))]
pub(super) async fn choose(
    State(api): State<Api>,
    caller: Caller,
    body: Body<ChoicesView>,
) -> Result<Json<ChoicesView>, ApiError> {
    let chosen = body.value.into();
    Ok(Json(api.desk.notification_choices().set(&caller.principal, chosen).await?.into()))
}
