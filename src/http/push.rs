//! Handlers of browsers in which agents are told of things while no page is open.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::api::Api;
use super::body::Body;
use super::caller::{Caller, Id};
use super::error::ApiError;
use crate::desk::NewPushSubscription;
use crate::model::PushSubscription;
use crate::wire::{WireError, rfc3339};

/// A browser of the caller's that takes pushes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PushBrowser)]
struct PushBrowserView {
    id: String,
    name: String,
    created_at: String,
}

impl From<&PushSubscription> for PushBrowserView {
    fn from(subscription: &PushSubscription) -> Self {
        Self {
            id: subscription.id.to_string(),
            name: subscription.name.clone(),
            created_at: rfc3339(subscription.created_at),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PushAnswer)]
pub(super) struct PushAnswer {
    /// What browsers subscribe with, in base64url.
    public_key: String,
    /// The caller's browsers, the oldest first.
    browsers: Vec<PushBrowserView>,
}

/// The keys of a browser's subscription.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = PushKeys)]
#[serde(deny_unknown_fields)]
struct KeysBody {
    p256dh: String,
    auth: String,
}

/// A browser's subscription, with what the caller calls the browser.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = PushBody)]
#[serde(deny_unknown_fields)]
pub(super) struct PushBody {
    /// Where the browser's push service takes messages.
    endpoint: String,
    keys: KeysBody,
    /// The language of what it shows: `en` or `es`.
    locale: String,
    name: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PushBrowserAnswer)]
pub(super) struct PushBrowserAnswer {
    browser: PushBrowserView,
}

/// Show what browsers subscribe to pushes with, and which of the caller's did.
#[utoipa::path(get, path = "/notifications/push", tag = "desk",
    responses((status = 200, description = "the key and the caller's browsers", body = PushAnswer)))]
pub(super) async fn list(State(api): State<Api>, caller: Caller) -> Result<Json<PushAnswer>, ApiError> {
    let (public_key, browsers) = api.desk.push().get(&caller.principal).await?;
    Ok(Json(PushAnswer { public_key, browsers: browsers.iter().map(PushBrowserView::from).collect() }))
}

/// Let a browser of the caller's take pushes. It takes the place of what was known of the same browser.
#[utoipa::path(put, path = "/notifications/push", tag = "desk", request_body = PushBody,
    responses((status = 200, description = "the browser takes pushes", body = PushBrowserAnswer)))]
pub(super) async fn subscribe(
    State(api): State<Api>,
    caller: Caller,
    body: Body<PushBody>,
) -> Result<Json<PushBrowserAnswer>, ApiError> {
    let PushBody { endpoint, keys: KeysBody { p256dh, auth }, locale, name } = body.value;
    let new = NewPushSubscription { endpoint, p256dh, auth, locale, name };
    let subscription = api.desk.push().subscribe(&caller.principal, new).await?;
    Ok(Json(PushBrowserAnswer { browser: (&subscription).into() }))
}

/// Let a browser of the caller's take no more pushes.
#[utoipa::path(delete, path = "/notifications/push/{id}", tag = "desk", params(("id" = String, Path)),
    responses((status = 204, description = "it takes no more pushes")))]
pub(super) async fn unsubscribe(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
) -> Result<StatusCode, ApiError> {
    // What is no id is nobody's browser.
    let browser = id.0.parse().map_err(|_| WireError::not_found())?;
    api.desk.push().unsubscribe(&caller.principal, browser).await?;
    Ok(StatusCode::NO_CONTENT)
}
