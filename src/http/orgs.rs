//! Handlers of orgs, for platform admins.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::api::Api;
use super::body::{Asked, Body};
use super::caller::{Caller, Place};
use super::create::{Key, create};
use super::error::ApiError;
use super::pagination::{List, PageQuery};
use super::views::{MemberView, OrgView};

/// List all orgs, oldest first (platform admins).
#[utoipa::path(get, path = "/orgs", tag = "orgs", params(PageQuery),
    responses((status = 200, description = "a page of orgs", body = List<OrgView>)))]
pub(super) async fn list(
    State(api): State<Api>,
    caller: Caller,
    Asked(page): Asked<PageQuery>,
) -> Result<Json<List<OrgView>>, ApiError> {
    let orgs = api.accounts.orgs().list(&caller.principal, page.after()?, page.limit() + 1).await?;
    Ok(Json(page.list(orgs, |org| org.id.to_string(), |org| org.into())))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OwnerBody {
    email: String,
    #[serde(default)]
    name: Option<String>,
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
        let (org, owner) =
            accounts.orgs().create(&principal, &name, &owner.email, owner.name, &place.base).await?;
        let answer = NewOrgAnswer {
            org: OrgView::from(&org),
            member: MemberView::new(&owner.member, None),
            set_password_url: owner.set_password_url,
        };
        Ok((StatusCode::CREATED, answer))
    })
    .await
}
