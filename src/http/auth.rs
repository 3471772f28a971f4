//! Handlers of sign-in, passwords, first set-up and the demo.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::response::AppendHeaders;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::acting::ActingView;
use super::api::Api;
use super::body::{Body, secret, some_secret};
use super::caller::{Caller, Place};
use super::cookie::{self, Scope};
use super::error::ApiError;
use super::views::{MemberView, OrgStatus};
use crate::accounts::{PasswordChange, Proof, SetupFields, SignedIn};
use crate::model::{Acting, OrgRecord};
use crate::wire::{WireError, rfc3339};

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MemberAnswer {
    pub(super) member: MemberView,
}

#[derive(Deserialize, ToSchema)]
pub(super) struct LoginBody {
    email: String,
    #[serde(deserialize_with = "secret")]
    #[schema(value_type = String, format = Password)]
    password: SecretString,
}

pub(super) type WithCookie =
    (StatusCode, AppendHeaders<[(header::HeaderName, HeaderValue); 2]>, Json<MemberAnswer>);

pub(super) fn with_cookie(status: StatusCode, scope: Scope, signed_in: &SignedIn) -> WithCookie {
    let cookie = cookie::set(signed_in.token.expose(), signed_in.lives_s, scope);
    let member = MemberView::new(&signed_in.member, None);
    let device = cookie::set_device(&signed_in.device, scope);
    let cookies = AppendHeaders([(header::SET_COOKIE, cookie), (header::SET_COOKIE, device)]);
    (status, cookies, Json(MemberAnswer { member }))
}

/// Sign in. The session cookie authenticates REST requests, not sockets.
#[utoipa::path(post, path = "/auth/login", tag = "auth", security(()), request_body = LoginBody,
    responses((status = 200, description = "signed in; the response sets the session cookie", body = MemberAnswer)))]
pub(super) async fn login(
    State(api): State<Api>,
    place: Place,
    body: Body<LoginBody>,
) -> Result<WithCookie, ApiError> {
    let LoginBody { email, password } = body.value;
    let signed_in = api.accounts.sessions().sign_in(&email, password, place.sign_in()).await?;
    Ok(with_cookie(StatusCode::OK, api.cookie_scope(place.is_secure), &signed_in))
}

/// Sign out and close the sockets of this session.
#[utoipa::path(post, path = "/auth/logout", tag = "auth", responses((status = 204, description = "signed out")))]
pub(super) async fn logout(
    State(api): State<Api>,
    place: Place,
    caller: Caller,
) -> Result<(StatusCode, HeaderMap), ApiError> {
    api.accounts.sessions().sign_out(&caller.principal).await?;
    let clear = (header::SET_COOKIE, cookie::clear(api.cookie_scope(place.is_secure)));
    Ok((StatusCode::NO_CONTENT, HeaderMap::from_iter([clear])))
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OwnOrg {
    id: String,
    name: String,
    status: OrgStatus,
    /// Why it is suspended.
    suspended_reason: Option<String>,
    /// From when on everything of it is removed.
    delete_at: Option<String>,
    /// Platform admins who set it up now.
    acting: Vec<ActingView>,
}

impl OwnOrg {
    fn new(org: &OrgRecord, acting: &[Acting]) -> Self {
        let suspension = org.suspension.as_ref();
        Self {
            id: org.id.to_string(),
            name: org.name.clone(),
            status: OrgStatus::of(org),
            suspended_reason: suspension.and_then(|suspension| suspension.reason.clone()),
            delete_at: org.delete_at.map(rfc3339),
            acting: acting.iter().map(Into::into).collect(),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MeAnswer {
    member: MemberView,
    org: OwnOrg,
    /// Whether this server serves the demo page.
    demo: bool,
    /// Whether this server can mail.
    has_mail: bool,
    /// Whether the member has a password, and does not sign in by mail alone.
    has_password: bool,
    /// Whether the org demands two-step sign-in and the caller has to set it up first.
    must_set_up_two_step: bool,
}

/// Get the signed-in member.
#[utoipa::path(get, path = "/auth/me", tag = "auth",
    responses((status = 200, description = "the signed-in member", body = MeAnswer)))]
pub(super) async fn me(State(api): State<Api>, caller: Caller) -> Result<Json<MeAnswer>, ApiError> {
    let (member, org) = api.accounts.sessions().me(&caller.principal).await?;
    let statuses = api.hub.agent_statuses(member.org).await;
    let acting = api.accounts.acting().in_org(member.org).await?;
    Ok(Json(MeAnswer {
        member: MemberView::new(&member, statuses.get(&member.id).copied()),
        org: OwnOrg::new(&org, &acting),
        demo: api.settings.demo,
        has_mail: api.settings.smtp_url.is_some(),
        has_password: member.password_hash.is_some(),
        must_set_up_two_step: !caller.principal.standing.is_set_up,
    }))
}

#[derive(Serialize, ToSchema)]
#[schema(as = SocketTicketAnswer)]
pub(super) struct TicketAnswer {
    /// A single-use ticket, valid for 60 s.
    ticket: String,
}

/// Create a ticket that opens a socket.
#[utoipa::path(post, path = "/auth/socket-ticket", tag = "auth",
    responses((status = 200, description = "the ticket", body = TicketAnswer)))]
pub(super) async fn socket_ticket(
    State(api): State<Api>,
    caller: Caller,
) -> Result<Json<TicketAnswer>, ApiError> {
    let ticket = api.accounts.sessions().socket_ticket(&caller.principal).await?;
    Ok(Json(TicketAnswer { ticket: ticket.into_string() }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PasswordBody {
    /// The token from the link.
    token: String,
    #[serde(deserialize_with = "secret")]
    #[schema(value_type = String, format = Password)]
    password: SecretString,
    /// Whether to revoke all API tokens of the member too; their sessions always end.
    #[serde(default)]
    end_tokens: bool,
}

/// Set a password with the single-use token of a link. All sessions of the member end.
#[utoipa::path(post, path = "/auth/password", tag = "auth", security(()), request_body = PasswordBody,
    responses((status = 204, description = "the password was set")))]
pub(super) async fn password(
    State(api): State<Api>,
    place: Place,
    body: Body<PasswordBody>,
) -> Result<StatusCode, ApiError> {
    let PasswordBody { token, password, end_tokens } = body.value;
    api.accounts.password_links().choose_password(&token, password, end_tokens, place.address).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A new password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OwnPasswordBody {
    /// The present one, where the caller has one.
    #[serde(default, deserialize_with = "some_secret")]
    #[schema(value_type = Option<String>, format = Password)]
    current_password: Option<SecretString>,
    #[serde(deserialize_with = "secret")]
    #[schema(value_type = String, format = Password)]
    password: SecretString,
    /// Whether to revoke all API tokens of the caller too; their other sessions always end.
    #[serde(default)]
    end_tokens: bool,
}

/// Set a new password for the caller. All other sessions of theirs end.
#[utoipa::path(put, path = "/auth/password", tag = "auth", request_body = OwnPasswordBody,
    responses((status = 204, description = "the password was set")))]
pub(super) async fn change_password(
    State(api): State<Api>,
    caller: Caller,
    place: Place,
    body: Body<OwnPasswordBody>,
) -> Result<StatusCode, ApiError> {
    let OwnPasswordBody { current_password: current, password: new, end_tokens: ends_tokens } = body.value;
    let change = PasswordChange { current, new, ends_tokens };
    api.accounts.password_links().change_own(&caller.principal, change, place.sign_in()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// One of the two.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct VerifyBody {
    /// The caller's password.
    #[serde(default, deserialize_with = "some_secret")]
    #[schema(value_type = Option<String>, format = Password)]
    password: Option<SecretString>,
    /// Six digits of the caller's app, or a recovery code.
    #[serde(default)]
    code: Option<String>,
}

/// Show once more who the caller is. Sensitive acts of sessions take a sign-in that is not long ago.
#[utoipa::path(post, path = "/auth/verify", tag = "auth", request_body = VerifyBody,
    responses((status = 204, description = "the sign-in is fresh")))]
pub(super) async fn verify(
    State(api): State<Api>,
    caller: Caller,
    place: Place,
    body: Body<VerifyBody>,
) -> Result<StatusCode, ApiError> {
    let proof = match (body.value.password, body.value.code) {
        (Some(password), None) => Proof::Password(password),
        (None, Some(code)) => Proof::Code(code),
        _ => return Err(WireError::bad_request("send either password or code").into()),
    };
    api.accounts.sessions().refresh(&caller.principal, proof, place.sign_in()).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SetupAnswer {
    /// Whether the server has no platform admin yet.
    needed: bool,
    /// Whether this server mails links to members who ask for one.
    mails_links: bool,
    /// Whether anybody may make an org of their own.
    registers: bool,
}

/// Get whether the server still needs its first set-up.
#[utoipa::path(get, path = "/setup", tag = "setup", security(()),
    responses((status = 200, description = "the state of the set-up", body = SetupAnswer)))]
pub(super) async fn setup_needed(State(api): State<Api>) -> Result<Json<SetupAnswer>, ApiError> {
    let needed = api.accounts.first_setup().is_needed().await?;
    let registers = api.accounts.registration().is_open().await?;
    Ok(Json(SetupAnswer { needed, mails_links: api.accounts.can_mail_members(), registers }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SetupBody {
    /// The token from the setup link.
    token: String,
    org_name: String,
    name: String,
    email: String,
    #[serde(deserialize_with = "secret")]
    #[schema(value_type = String, format = Password)]
    password: SecretString,
}

/// Create the first org and the platform admin.
#[utoipa::path(post, path = "/setup", tag = "setup", security(()), request_body = SetupBody,
    responses((status = 201, description = "created and signed in; the response sets the session cookie", body = MemberAnswer)))]
pub(super) async fn set_up(
    State(api): State<Api>,
    place: Place,
    body: Body<SetupBody>,
) -> Result<WithCookie, ApiError> {
    let SetupBody { token, org_name, name, email, password } = body.value;
    let fields = SetupFields { token, org_name, name, email, password };
    let signed_in = api.accounts.first_setup().complete(fields, place.sign_in()).await?;
    Ok(with_cookie(StatusCode::CREATED, api.cookie_scope(place.is_secure), &signed_in))
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DemoAnswer {
    channel_key: String,
    console_url: String,
}

/// Get the demo channel, if this server serves the demo page.
#[utoipa::path(get, path = "/demo", tag = "setup", security(()),
    responses((status = 200, description = "the demo channel", body = DemoAnswer)))]
pub(super) async fn demo(State(api): State<Api>, place: Place) -> Result<Json<DemoAnswer>, ApiError> {
    let channel_key = api.accounts.demo_channel_key().await?;
    Ok(Json(DemoAnswer { channel_key, console_url: format!("{}/console", place.base) }))
}
