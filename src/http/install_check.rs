//! The handler that looks whether a channel is installed on a site.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::api::Api;
use super::body::Body;
use super::caller::{Caller, Id, Place};
use super::error::ApiError;
use crate::accounts::KeyFound;

/// The page to look at.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct InstallCheckBody {
    /// Its address, such as `https://www.example.com`.
    url: String,
}

/// What was found on a page.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct InstallCheckAnswer {
    /// Where it was found, after redirects.
    url: String,
    /// What its server answered.
    status: u16,
    /// Whether the script of the widget stands in it.
    has_script: bool,
    /// `this` channel's key, that of an `other` one, or `none`.
    key: &'static str,
    /// Whether a tag manager stands in it, which may add the widget later.
    has_tag_manager: bool,
    /// Directives of its Content-Security-Policy that keep the widget from working.
    blocked_by_policy: Vec<&'static str>,
    /// Whether the channel takes visitors from its origin.
    is_origin_allowed: bool,
}

/// Fetch a page of a site and look whether the widget of a channel is installed there, and what keeps it from working.
#[utoipa::path(post, path = "/channels/{id}/install-check", tag = "channels", params(("id" = String, Path)),
    request_body = InstallCheckBody,
    responses((status = 200, description = "what was found", body = InstallCheckAnswer)))]
pub(super) async fn look(
    State(api): State<Api>,
    caller: Caller,
    place: Place,
    id: Id,
    body: Body<InstallCheckBody>,
) -> Result<Json<InstallCheckAnswer>, ApiError> {
    let check = api.accounts.install_check();
    let found = check.look(&caller.principal, &id.0, &body.value.url, &place.base).await?;
    Ok(Json(InstallCheckAnswer {
        url: found.url,
        status: found.status,
        has_script: found.has_script,
        key: match found.key {
            KeyFound::This => "this",
            KeyFound::Other => "other",
            KeyFound::None => "none",
        },
        has_tag_manager: found.has_tag_manager,
        blocked_by_policy: found.blocked_by_policy,
        is_origin_allowed: found.is_origin_allowed,
    }))
}
