//! Handlers of webhooks and their deliveries. Secrets are write-only, except a generated one, returned once.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use rooms::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::api::Api;
use super::body::{Asked, Body, MaybeBody};
use super::caller::{Caller, Id};
use super::channels::RotateBody;
use super::enums::{DeliveryStatus, WebhookKind};
use super::error::ApiError;
use super::pagination::lenient_after;
use super::pagination::{List, cut, limit};
use crate::model::{DeliveryFilter, DeliveryRecord, WebhookId, WebhookRecord};
use crate::notify::WebhookFields;
use crate::wire::{WireError, rfc3339};

/// A webhook.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Webhook)]
pub(super) struct WebhookView {
    id: String,
    url: String,
    /// Event kinds to deliver; if empty, all.
    #[schema(value_type = Vec<WebhookKind>)]
    kinds: Vec<String>,
    active: bool,
    /// Masked secret such as `whs_...aBcD`.
    secret_hint: String,
    /// While the secret is rotated: until when the old one signs, with the new one beside it.
    old_secret_until: Option<String>,
    created_at: String,
}

impl WebhookView {
    async fn of(api: &Api, record: WebhookRecord) -> Result<Self, ApiError> {
        let until = api.notifier.old_webhook_secrets(std::slice::from_ref(&record)).await?;
        let until = until.get(&record.id).copied();
        Ok(Self::new(record, until))
    }

    fn new(record: WebhookRecord, old_until: Option<Timestamp>) -> Self {
        let kinds = record.kinds.split(',').filter(|kind| !kind.is_empty()).map(str::to_owned).collect();
        Self {
            id: record.id.to_string(),
            url: record.url,
            kinds,
            active: record.active,
            secret_hint: record.secret_hint,
            old_secret_until: old_until.map(rfc3339),
            created_at: rfc3339(rooms::Timestamp(record.created_at)),
        }
    }
}

/// A delivery.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Delivery)]
pub(super) struct DeliveryView {
    id: String,
    webhook_id: String,
    /// Event kind such as `message.created`.
    #[schema(value_type = WebhookKind)]
    kind: String,
    /// The request body.
    #[schema(value_type = Object)]
    body: Value,
    /// `pending`, `delivered` or `failed`.
    #[schema(value_type = DeliveryStatus)]
    status: String,
    attempts: i64,
    /// When the next attempt is due; null once the delivery succeeded or was given up.
    next_attempt_at: Option<String>,
    /// Last HTTP status of the receiver.
    last_status: Option<i64>,
    /// Error code of the last failed attempt.
    last_error: Option<String>,
    created_at: String,
    delivered_at: Option<String>,
}

impl From<DeliveryRecord> for DeliveryView {
    fn from(record: DeliveryRecord) -> Self {
        let moment = |at: i64| rfc3339(rooms::Timestamp(at));
        let is_pending = record.status == "pending";
        Self {
            id: record.id.to_string(),
            webhook_id: record.webhook_id.to_string(),
            kind: record.kind,
            body: serde_json::from_str(&record.body).unwrap_or_default(),
            status: record.status,
            attempts: record.attempts,
            next_attempt_at: is_pending.then(|| moment(record.next_attempt_at)),
            last_status: record.last_status,
            last_error: record.last_error,
            created_at: moment(record.created_at),
            delivered_at: record.delivered_at.map(moment),
        }
    }
}

/// Fields of a webhook. A new webhook needs `url`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WebhookBody {
    #[serde(default)]
    url: Option<String>,
    /// The kinds to deliver; if empty, all.
    #[serde(default)]
    #[schema(value_type = Option<Vec<WebhookKind>>)]
    kinds: Option<Vec<String>>,
    #[serde(default)]
    active: Option<bool>,
    /// Write-only signing secret; generated for a new webhook without one.
    #[serde(default)]
    secret: Option<String>,
}

impl From<WebhookBody> for WebhookFields {
    fn from(body: WebhookBody) -> Self {
        Self {
            url: body.url,
            kinds: body.kinds,
            active: body.active,
            secret: body.secret.map(SecretString::from),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WebhooksAnswer {
    webhooks: Vec<WebhookView>,
}

#[derive(Serialize, ToSchema)]
pub(super) struct WebhookAnswer {
    webhook: WebhookView,
    /// The signing secret, present only if the server generated it; it cannot be read again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    secret: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeliveryAnswer {
    delivery: DeliveryView,
}

/// Filter for deliveries.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct DeliveriesQuery {
    /// Only deliveries of this webhook.
    webhook_id: Option<String>,
    /// `pending`, `delivered` or `failed`; all by default.
    status: Option<String>,
    /// The `next_cursor` of the previous page.
    cursor: Option<String>,
    /// Maximum number of items: 50 by default, at most 200.
    limit: Option<u32>,
}

/// List the webhooks of the org.
#[utoipa::path(get, path = "/webhooks", tag = "webhooks",
    responses((status = 200, description = "the webhooks", body = WebhooksAnswer)))]
pub(super) async fn list(State(api): State<Api>, caller: Caller) -> Result<Json<WebhooksAnswer>, ApiError> {
    let found = api.notifier.webhooks(&caller.principal).await?;
    let until = api.notifier.old_webhook_secrets(&found).await?;
    let view = |record: WebhookRecord| {
        let until = until.get(&record.id).copied();
        WebhookView::new(record, until)
    };
    Ok(Json(WebhooksAnswer { webhooks: found.into_iter().map(view).collect() }))
}

/// Create a webhook.
#[utoipa::path(post, path = "/webhooks", tag = "webhooks", request_body = WebhookBody,
    responses((status = 201, description = "the webhook was created", body = WebhookAnswer)))]
pub(super) async fn add(
    State(api): State<Api>,
    caller: Caller,
    body: Body<WebhookBody>,
) -> Result<(StatusCode, Json<WebhookAnswer>), ApiError> {
    let (made, secret) = api.notifier.add_webhook(&caller.principal, body.value.into()).await?;
    let secret = secret.map(|secret| secret.expose_secret().to_owned());
    Ok((StatusCode::CREATED, Json(WebhookAnswer { webhook: WebhookView::new(made, None), secret })))
}

/// Update a webhook. Deliveries to an inactive webhook stay pending.
#[utoipa::path(patch, path = "/webhooks/{id}", tag = "webhooks", params(("id" = String, Path)),
    request_body = WebhookBody, responses((status = 200, description = "the webhook was updated", body = WebhookAnswer)))]
pub(super) async fn change(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
    body: Body<WebhookBody>,
) -> Result<Json<WebhookAnswer>, ApiError> {
    let changed = api.notifier.change_webhook(&caller.principal, &id.0, body.value.into()).await?;
    Ok(Json(WebhookAnswer { webhook: WebhookView::of(&api, changed).await?, secret: None }))
}

/// Delete a webhook and its deliveries.
#[utoipa::path(delete, path = "/webhooks/{id}", tag = "webhooks", params(("id" = String, Path)),
    responses((status = 204, description = "the webhook was deleted")))]
pub(super) async fn remove(State(api): State<Api>, caller: Caller, id: Id) -> Result<StatusCode, ApiError> {
    api.notifier.remove_webhook(&caller.principal, &id.0).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Rotate the signing secret of a webhook. For `overlap_hours` the old secret goes on signing `X-Switchboard-Signature`,
/// and the new one signs `X-Switchboard-Signature-New`.
#[utoipa::path(post, path = "/webhooks/{id}/rotate-secret", tag = "webhooks", params(("id" = String, Path)),
    request_body = RotateBody, responses((status = 200, description = "the webhook with its new secret", body = WebhookAnswer)))]
pub(super) async fn rotate_secret(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
    MaybeBody(body): MaybeBody<RotateBody>,
) -> Result<Json<WebhookAnswer>, ApiError> {
    let rotated = api.notifier.rotate_webhook_secret(&caller.principal, &id.0, body.overlap()?).await?;
    let (record, secret, until) = rotated;
    let secret = Some(secret.expose_secret().to_owned());
    Ok(Json(WebhookAnswer { webhook: WebhookView::new(record, until), secret }))
}

/// Stop signing with the old secret of a webhook now.
#[utoipa::path(delete, path = "/webhooks/{id}/old-secret", tag = "webhooks", params(("id" = String, Path)),
    responses((status = 204, description = "the new secret alone signs")))]
pub(super) async fn end_old_secret(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
) -> Result<StatusCode, ApiError> {
    api.notifier.end_old_webhook_secret(&caller.principal, &id.0).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Send a `webhook.test` event to a webhook.
#[utoipa::path(post, path = "/webhooks/{id}/test", tag = "webhooks", params(("id" = String, Path)),
    responses((status = 202, description = "the delivery was queued", body = DeliveryAnswer)))]
pub(super) async fn attempt(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
) -> Result<(StatusCode, Json<DeliveryAnswer>), ApiError> {
    let delivery = api.notifier.test_webhook(&caller.principal, &id.0).await?;
    Ok((StatusCode::ACCEPTED, Json(DeliveryAnswer { delivery: delivery.into() })))
}

/// List the deliveries of the org, newest first.
#[utoipa::path(get, path = "/webhooks/deliveries", tag = "webhooks", params(DeliveriesQuery),
    responses((status = 200, description = "a page of deliveries", body = List<DeliveryView>)))]
pub(super) async fn deliveries(
    State(api): State<Api>,
    caller: Caller,
    Asked(asked): Asked<DeliveriesQuery>,
) -> Result<Json<List<DeliveryView>>, ApiError> {
    let status = asked.status.unwrap_or_default();
    if !["", "pending", "delivered", "failed"].contains(&status.as_str()) {
        return Err(WireError::bad_request("status must be pending, delivered or failed").into());
    }
    let limit = limit(asked.limit);
    // Text that is not an id becomes an id that does not exist.
    let webhook = asked.webhook_id.filter(|id| !id.is_empty());
    let webhook = webhook.map(|id| id.parse().unwrap_or(WebhookId(0)));
    let filter =
        DeliveryFilter { webhook, status, before: lenient_after(asked.cursor.as_deref()), limit: limit + 1 };
    let found = api.notifier.deliveries(&caller.principal, &filter).await?;
    let (items, next_cursor) = cut(found, limit, |one| one.id.to_string());
    Ok(Json(List { items: items.into_iter().map(DeliveryView::from).collect(), next_cursor }))
}

/// Send a delivery again as a new delivery. The event keeps its id.
#[utoipa::path(post, path = "/webhooks/deliveries/{id}/replay", tag = "webhooks", params(("id" = String, Path)),
    responses((status = 202, description = "the delivery was queued", body = DeliveryAnswer)))]
pub(super) async fn replay(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
) -> Result<(StatusCode, Json<DeliveryAnswer>), ApiError> {
    let delivery = api.notifier.replay_delivery(&caller.principal, &id.0).await?;
    Ok((StatusCode::ACCEPTED, Json(DeliveryAnswer { delivery: delivery.into() })))
}
