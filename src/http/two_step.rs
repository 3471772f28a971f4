//! Handlers of two-step sign-in.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::api::Api;
use super::auth::{MemberAnswer, WithCookie, with_cookie};
use super::body::{Body, secret};
use super::caller::{Caller, Id, Place};
use super::error::ApiError;
use crate::accounts::{TwoStepKey, TwoStepState};
use crate::wire::rfc3339;

/// How the caller stands to two-step sign-in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TwoStep)]
pub(super) struct TwoStepView {
    /// Whether a code is asked for at sign-in.
    is_on: bool,
    /// Since when; null while it is off.
    since: Option<String>,
    /// How many recovery codes have not been used.
    recovery_code_count: usize,
    /// Whether the org demands it.
    is_demanded: bool,
}

impl From<TwoStepState> for TwoStepView {
    fn from(state: TwoStepState) -> Self {
        let since = state.record.and_then(|record| record.confirmed_at);
        Self {
            is_on: since.is_some(),
            since: since.map(rfc3339),
            recovery_code_count: state.record.map_or(0, |record| record.recovery_code_count),
            is_demanded: state.is_demanded,
        }
    }
}

/// A key for an authenticator app.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TwoStepKey)]
pub(super) struct TwoStepKeyView {
    /// The key in base32, to be typed.
    key: String,
    /// The `otpauth:` address.
    uri: String,
    /// The address as a QR code.
    qr_svg: String,
}

impl From<TwoStepKey> for TwoStepKeyView {
    fn from(key: TwoStepKey) -> Self {
        Self { key: key.key, uri: key.uri, qr_svg: key.qr_svg }
    }
}

/// Recovery codes, each of one use; they cannot be shown again.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RecoveryCodesAnswer {
    recovery_codes: Vec<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TwoStepCodeBody {
    /// Six digits of the app, or a recovery code where one is asked for at sign-in or to end it.
    code: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SecondStepBody {
    /// From the details of `second_step_required`.
    #[serde(deserialize_with = "secret")]
    #[schema(value_type = String, format = Password)]
    challenge: SecretString,
    /// Six digits of the app, or a recovery code.
    code: String,
}

/// Finish a sign-in that was answered `second_step_required`.
#[utoipa::path(post, path = "/auth/second-step", tag = "auth", security(()), request_body = SecondStepBody,
    responses((status = 200, description = "signed in; the response sets the session cookie", body = MemberAnswer)))]
pub(super) async fn second_step(
    State(api): State<Api>,
    place: Place,
    body: Body<SecondStepBody>,
) -> Result<WithCookie, ApiError> {
    let SecondStepBody { challenge, code } = body.value;
    let signed_in = api.accounts.sessions().second_step(&challenge, &code, place.sign_in()).await?;
    Ok(with_cookie(StatusCode::OK, api.cookie_scope(place.is_secure), &signed_in))
}

/// Get whether the caller signs in in two steps.
#[utoipa::path(get, path = "/auth/two-step", tag = "auth",
    responses((status = 200, description = "the state", body = TwoStepView)))]
pub(super) async fn get(State(api): State<Api>, caller: Caller) -> Result<Json<TwoStepView>, ApiError> {
    Ok(Json(api.accounts.two_step().state(&caller.principal).await?.into()))
}

/// Create a key for an authenticator app. It counts once a code has confirmed it.
#[utoipa::path(post, path = "/auth/two-step", tag = "auth",
    responses((status = 200, description = "the key", body = TwoStepKeyView)))]
pub(super) async fn begin(State(api): State<Api>, caller: Caller) -> Result<Json<TwoStepKeyView>, ApiError> {
    Ok(Json(api.accounts.two_step().begin(&caller.principal).await?.into()))
}

/// Turn two-step sign-in on with a first code.
#[utoipa::path(post, path = "/auth/two-step/confirm", tag = "auth", request_body = TwoStepCodeBody,
    responses((status = 200, description = "it is on; the recovery codes", body = RecoveryCodesAnswer)))]
pub(super) async fn confirm(
    State(api): State<Api>,
    caller: Caller,
    place: Place,
    body: Body<TwoStepCodeBody>,
) -> Result<Json<RecoveryCodesAnswer>, ApiError> {
    let two_step = api.accounts.two_step();
    let recovery_codes = two_step.confirm(&caller.principal, &body.value.code, place.sign_in()).await?;
    Ok(Json(RecoveryCodesAnswer { recovery_codes }))
}

/// Create new recovery codes; older ones no longer work.
#[utoipa::path(post, path = "/auth/two-step/recovery-codes", tag = "auth",
    responses((status = 200, description = "the recovery codes", body = RecoveryCodesAnswer)))]
pub(super) async fn renew_codes(
    State(api): State<Api>,
    caller: Caller,
    place: Place,
) -> Result<Json<RecoveryCodesAnswer>, ApiError> {
    let two_step = api.accounts.two_step();
    let recovery_codes = two_step.renew_recovery_codes(&caller.principal, place.sign_in()).await?;
    Ok(Json(RecoveryCodesAnswer { recovery_codes }))
}

/// Turn two-step sign-in off with one more code.
#[utoipa::path(post, path = "/auth/two-step/end", tag = "auth", request_body = TwoStepCodeBody,
    responses((status = 204, description = "it is off")))]
pub(super) async fn end(
    State(api): State<Api>,
    caller: Caller,
    place: Place,
    body: Body<TwoStepCodeBody>,
) -> Result<StatusCode, ApiError> {
    api.accounts.two_step().end(&caller.principal, &body.value.code, place.sign_in()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Turn two-step sign-in of another member off, who has lost their device. They are mailed.
#[utoipa::path(delete, path = "/members/{id}/two-step", tag = "members", params(("id" = String, Path)),
    responses((status = 204, description = "it is off")))]
pub(super) async fn reset(
    State(api): State<Api>,
    caller: Caller,
    place: Place,
    id: Id,
) -> Result<StatusCode, ApiError> {
    api.accounts.two_step().reset(&caller.principal, &id.0, place.sign_in()).await?;
    Ok(StatusCode::NO_CONTENT)
}
