//! Handlers of members.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::api::Api;
use super::auth::MemberAnswer;
use super::body::{Asked, Body};
use super::caller::{Caller, Id, Place};
use super::create::{Key, create};
use super::enums::MemberRole;
use super::error::ApiError;
use super::pagination::{List, PageQuery};
use super::views::MemberView;
use crate::accounts::{MailLanguage, MemberPatch};
use crate::auth::Right;
use crate::model::{Patch, Role};
use crate::wire::WireError;

/// A member and the link with which they set a password.
#[derive(Serialize, ToSchema)]
pub(super) struct InvitedAnswer {
    member: MemberView,
    set_password_url: String,
    /// Whether the link was mailed to them.
    is_mailed: bool,
}

#[derive(Serialize, ToSchema)]
pub(super) struct LinkAnswer {
    /// Single-use link; whoever has it can set the password.
    set_password_url: String,
}

/// List the members of the org, oldest first.
#[utoipa::path(get, path = "/members", tag = "members", params(PageQuery),
    responses((status = 200, description = "a page of members", body = List<MemberView>)))]
pub(super) async fn list(
    State(api): State<Api>,
    caller: Caller,
    Asked(page): Asked<PageQuery>,
) -> Result<Json<List<MemberView>>, ApiError> {
    let members = api.accounts.members().list(&caller.principal, page.after()?, page.limit() + 1).await?;
    let statuses = api.hub.agent_statuses(caller.principal.org).await;
    let manages = Right::ManageMembers.check(&caller.principal).is_ok();
    let view = |member: &_| {
        let member: &crate::model::MemberRecord = member;
        let view = MemberView::new(member, statuses.get(&member.id).copied());
        if manages { view } else { view.for_colleagues() }
    };
    Ok(Json(page.list(members, |member| member.id.to_string(), view)))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewMemberBody {
    email: String,
    name: String,
    /// The role: `owner`, `admin` or `agent`.
    #[schema(value_type = MemberRole)]
    role: String,
    /// The language of the mail, such as `es`; that of the browser by default.
    #[serde(default)]
    locale: Option<String>,
}

/// Add a member and create a link to set their password, which is mailed to them where the server can.
#[utoipa::path(post, path = "/members", tag = "members", request_body = NewMemberBody,
    responses((status = 201, description = "the member was added", body = InvitedAnswer)))]
pub(super) async fn invite(
    State(api): State<Api>,
    caller: Caller,
    place: Place,
    key: Key,
    body: Body<NewMemberBody>,
) -> Result<Response, ApiError> {
    let NewMemberBody { email, name, role: role_name, locale } = body.value;
    let role = role(&role_name)?;
    let language = MailLanguage::of(locale.as_deref().unwrap_or(&place.locale));
    let (accounts, principal) = (api.accounts.clone(), caller.principal.clone());
    create(&api, &caller, key, &body.bytes, async move {
        let made = accounts.members().invite(&principal, (email, name), role, language, &place.base).await?;
        let member = MemberView::new(&made.member, None);
        let (set_password_url, is_mailed) = (made.set_password_url, made.is_mailed);
        Ok((StatusCode::CREATED, InvitedAnswer { member, set_password_url, is_mailed }))
    })
    .await
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MemberPatchBody {
    #[serde(default)]
    name: Option<String>,
    /// The role: `owner`, `admin` or `agent`.
    #[serde(default)]
    #[schema(value_type = Option<MemberRole>)]
    role: Option<String>,
    #[serde(default)]
    active: Option<bool>,
    /// How many conversations they take at once by automatic assignment, at most 1000; null is what the org says.
    #[serde(default)]
    #[schema(value_type = Option<u64>)]
    capacity: Patch<u64>,
}

/// Update a member. Reducing their rights ends their sessions.
#[utoipa::path(patch, path = "/members/{id}", tag = "members", params(("id" = String, Path)),
    request_body = MemberPatchBody, responses((status = 200, description = "the member was updated", body = MemberAnswer)))]
pub(super) async fn change(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
    body: Body<MemberPatchBody>,
) -> Result<Json<MemberAnswer>, ApiError> {
    let MemberPatchBody { name, role: role_name, active, capacity } = body.value;
    let patch = MemberPatch { name, role: role_name.as_deref().map(role).transpose()?, active, capacity };
    let member = api.accounts.members().change(&caller.principal, &id.0, patch).await?;
    api.handover.assignment_changed(member.org);
    let statuses = api.hub.agent_statuses(member.org).await;
    let member = MemberView::new(&member, statuses.get(&member.id).copied());
    Ok(Json(MemberAnswer { member }))
}

/// Deactivate a member. Their messages keep their name.
#[utoipa::path(delete, path = "/members/{id}", tag = "members", params(("id" = String, Path)),
    responses((status = 204, description = "the member was deactivated")))]
pub(super) async fn remove(State(api): State<Api>, caller: Caller, id: Id) -> Result<StatusCode, ApiError> {
    api.accounts.members().remove(&caller.principal, &id.0).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Create a link with which a member sets a new password.
#[utoipa::path(post, path = "/members/{id}/password-link", tag = "members", params(("id" = String, Path)),
    responses((status = 200, description = "the link", body = LinkAnswer)))]
pub(super) async fn password_link(
    State(api): State<Api>,
    caller: Caller,
    place: Place,
    id: Id,
) -> Result<Json<LinkAnswer>, ApiError> {
    let made = api.accounts.password_links().create(&caller.principal, &id.0, &place.base).await?;
    Ok(Json(LinkAnswer { set_password_url: made.set_password_url }))
}

fn role(name: &str) -> Result<Role, WireError> {
    Role::parse(name).ok_or_else(|| WireError::bad_request("role must be owner, admin or agent"))
}
