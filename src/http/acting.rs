//! Handlers for platform admins who act for an org.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use rooms::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::api::Api;
use super::body::Body;
use super::caller::{Caller, Id};
use super::error::ApiError;
use crate::model::Acting;
use crate::wire::rfc3339;

/// A platform admin who acts for an org.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ActingView {
    org_id: String,
    /// Name of the platform admin.
    name: String,
    reason: String,
    began_at: String,
    ends_at: String,
}

impl From<&Acting> for ActingView {
    fn from(acting: &Acting) -> Self {
        Self {
            org_id: acting.org_id.to_string(),
            name: acting.member_name.clone(),
            reason: acting.reason.clone(),
            began_at: rfc3339(Timestamp(acting.began_at)),
            ends_at: rfc3339(Timestamp(acting.ends_at)),
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ActingBody {
    /// Why; the org's people read it.
    reason: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ActingAnswer {
    acting: ActingView,
    /// Name of the org.
    org_name: String,
}

/// Act for an org (platform admins). For a while requests of this session with the header `X-Acting-For: ORG_ID` set up
/// that org as its owner could, without its conversations. Its owners are mailed, and its audit log says who it was.
#[utoipa::path(post, path = "/orgs/{id}/acting", tag = "orgs", params(("id" = String, Path)),
    request_body = ActingBody, responses((status = 200, description = "the session acts for the org", body = ActingAnswer)))]
pub(super) async fn begin(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
    body: Body<ActingBody>,
) -> Result<Json<ActingAnswer>, ApiError> {
    let acting = api.accounts.acting();
    let (acting, org) = acting.begin(&caller.principal, &id.0, &body.value.reason).await?;
    Ok(Json(ActingAnswer { acting: (&acting).into(), org_name: org.name }))
}

/// Act no longer for an org (platform admins).
#[utoipa::path(delete, path = "/orgs/{id}/acting", tag = "orgs", params(("id" = String, Path)),
    responses((status = 204, description = "the session does not act for the org")))]
pub(super) async fn end(State(api): State<Api>, caller: Caller, id: Id) -> Result<StatusCode, ApiError> {
    api.accounts.acting().end(&caller.principal, &id.0).await?;
    Ok(StatusCode::NO_CONTENT)
}
