//! Handlers of whole orgs, for platform admins.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{self, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::api::Api;
use super::body::{Asked, Body};
use super::caller::{Caller, Id, Place};
use super::create::{Key, create};
use super::error::ApiError;
use super::pagination::{List, PageQuery};
use super::views::{MemberView, OrgView};
use crate::accounts::MailLanguage;
use crate::tenancy::{ExportLines, ListedOrg};

/// List all orgs with their figures, oldest first (platform admins).
#[utoipa::path(get, path = "/orgs", tag = "orgs", params(PageQuery),
    responses((status = 200, description = "a page of orgs", body = List<OrgView>)))]
pub(super) async fn list(
    State(api): State<Api>,
    caller: Caller,
    Asked(page): Asked<PageQuery>,
) -> Result<Json<List<OrgView>>, ApiError> {
    let orgs = api.tenancy.list(&caller.principal, page.after()?, page.limit() + 1).await?;
    Ok(Json(page.list(orgs, |listed| listed.org.id.to_string(), |listed| listed.into())))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OwnerBody {
    email: String,
    #[serde(default)]
    name: Option<String>,
    /// The language of the mail, such as `es`; that of the browser by default.
    #[serde(default)]
    locale: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewOrgBody {
    name: String,
    owner: OwnerBody,
}

#[derive(Serialize, ToSchema)]
pub(super) struct NewOrgAnswer {
    org: OrgView,
    /// The first owner of the org.
    member: MemberView,
    set_password_url: String,
    /// Whether the link was mailed to them.
    is_mailed: bool,
}

/// Create an org and its first owner (platform admins).
#[utoipa::path(post, path = "/orgs", tag = "orgs", request_body = NewOrgBody,
    responses((status = 201, description = "the org was created", body = NewOrgAnswer)))]
pub(super) async fn make(
    State(api): State<Api>,
    caller: Caller,
    place: Place,
    key: Key,
    body: Body<NewOrgBody>,
) -> Result<Response, ApiError> {
    let NewOrgBody { name, owner } = body.value;
    let (accounts, principal) = (api.accounts.clone(), caller.principal.clone());
    create(&api, &caller, key, &body.bytes, async move {
        let language = MailLanguage::of(owner.locale.as_deref().unwrap_or(&place.locale));
        let OwnerBody { email, name: owner_name, .. } = owner;
        let (org, owner) =
            accounts.orgs().create(&principal, &name, &email, owner_name, language, &place.base).await?;
        let answer = NewOrgAnswer {
            org: OrgView::from(&org),
            member: MemberView::new(&owner.member, None),
            set_password_url: owner.set_password_url,
            is_mailed: owner.is_mailed,
        };
        Ok((StatusCode::CREATED, answer))
    })
    .await
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OrgAnswer {
    org: OrgView,
}

impl From<&ListedOrg> for OrgAnswer {
    fn from(listed: &ListedOrg) -> Self {
        Self { org: listed.into() }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SuspendBody {
    /// Why; its members read it.
    #[serde(default)]
    reason: Option<String>,
}

/// Suspend an org (platform admins): no assistant, no new conversations, its people only read; running calls end.
#[utoipa::path(post, path = "/orgs/{id}/suspend", tag = "orgs", params(("id" = String, Path)),
    request_body = SuspendBody, responses((status = 200, description = "the org is suspended", body = OrgAnswer)))]
pub(super) async fn suspend(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
    body: Body<SuspendBody>,
) -> Result<Json<OrgAnswer>, ApiError> {
    let reason = body.value.reason;
    let listed = api.tenancy.suspend(&caller.principal, &id.0, reason.as_deref()).await?;
    Ok(Json((&listed).into()))
}

/// Let a suspended org go on (platform admins).
#[utoipa::path(post, path = "/orgs/{id}/resume", tag = "orgs", params(("id" = String, Path)),
    responses((status = 200, description = "the org goes on", body = OrgAnswer)))]
pub(super) async fn resume(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
) -> Result<Json<OrgAnswer>, ApiError> {
    Ok(Json((&api.tenancy.resume(&caller.principal, &id.0).await?).into()))
}

/// Delete an org (platform admins): it is suspended, and removed with everything it has after some days.
#[utoipa::path(delete, path = "/orgs/{id}", tag = "orgs", params(("id" = String, Path)),
    responses((status = 200, description = "the org is removed from `delete_at` on", body = OrgAnswer)))]
pub(super) async fn delete(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
) -> Result<Json<OrgAnswer>, ApiError> {
    Ok(Json((&api.tenancy.arrange_removal(&caller.principal, &id.0).await?).into()))
}

/// Take the removal of an org back while it waits for it (platform admins). It stays suspended.
#[utoipa::path(post, path = "/orgs/{id}/keep", tag = "orgs", params(("id" = String, Path)),
    responses((status = 200, description = "the org stays", body = OrgAnswer)))]
pub(super) async fn keep(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
) -> Result<Json<OrgAnswer>, ApiError> {
    Ok(Json((&api.tenancy.cancel_removal(&caller.principal, &id.0).await?).into()))
}

/// Export everything of an org as lines of JSON: of any for platform admins, of their own for owners. Secrets, keys and
/// the files themselves are not in it. The last line is of the kind `end`.
#[utoipa::path(get, path = "/orgs/{id}/export", tag = "orgs", params(("id" = String, Path)),
    responses((status = 200, description = "the lines", content_type = "application/x-ndjson", body = String)))]
pub(super) async fn export(State(api): State<Api>, caller: Caller, id: Id) -> Result<Response, ApiError> {
    let lines = api.tenancy.export(&caller.principal, &id.0).await?;
    let disposition = format!("attachment; filename=\"{}\"", lines.file_name());
    let disposition = HeaderValue::from_str(&disposition).expect("an id is plain ASCII");
    let body = axum::body::Body::from_stream(futures_util::stream::unfold(Some(lines), next_lines));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson")),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    Ok((headers, body).into_response())
}

/// The next piece of an export; after a failure the connection is cut, so that nobody takes half for the whole.
async fn next_lines(lines: Option<ExportLines>) -> Option<(std::io::Result<String>, Option<ExportLines>)> {
    let mut lines = lines?;
    match lines.next().await {
        Ok(text) => text.map(|text| (Ok(text), Some(lines))),
        Err(error) => {
            error.log_unanswered("an export ends before its end");
            Some((Err(std::io::Error::other("the export cannot be read on")), None))
        }
    }
}
