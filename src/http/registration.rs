//! Handlers of orgs that are made by whoever wants one.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::api::Api;
use super::auth::{MemberAnswer, WithCookie, with_cookie};
use super::body::{Body, secret};
use super::caller::Place;
use super::error::ApiError;
use crate::accounts::{MailLanguage, RegistrationFields};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RegistrationBody {
    org_name: String,
    /// The name of its owner.
    name: String,
    /// Their address, to which the link is mailed.
    email: String,
    /// The language of the mail, such as `es`; that of the browser by default.
    #[serde(default)]
    locale: Option<String>,
}

/// Nothing: whether the address is known is not said.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RegistrationAnswer {}

/// Ask for an org, where the platform lets anybody. A single-use link that makes it is mailed.
#[utoipa::path(post, path = "/auth/register", tag = "auth", security(()), request_body = RegistrationBody,
    responses((status = 202, description = "a mail is on its way", body = RegistrationAnswer)))]
pub(super) async fn request(
    State(api): State<Api>,
    place: Place,
    body: Body<RegistrationBody>,
) -> Result<(StatusCode, Json<RegistrationAnswer>), ApiError> {
    let RegistrationBody { org_name, name, email, locale } = body.value;
    let language = MailLanguage::of(locale.as_deref().unwrap_or(&place.locale));
    let fields = RegistrationFields { org_name, name, email };
    api.accounts.registration().request(fields, language, place.sign_in()).await?;
    Ok((StatusCode::ACCEPTED, Json(RegistrationAnswer {})))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RegistrationLinkBody {
    /// The token from the link.
    #[serde(deserialize_with = "secret")]
    #[schema(value_type = String, format = Password)]
    token: SecretString,
    #[serde(deserialize_with = "secret")]
    #[schema(value_type = String, format = Password)]
    password: SecretString,
}

/// Make the org of a mailed link, and sign its owner in.
#[utoipa::path(post, path = "/auth/register/confirm", tag = "auth", security(()), request_body = RegistrationLinkBody,
    responses((status = 201, description = "made and signed in; the response sets the session cookie", body = MemberAnswer)))]
pub(super) async fn confirm(
    State(api): State<Api>,
    place: Place,
    body: Body<RegistrationLinkBody>,
) -> Result<WithCookie, ApiError> {
    let RegistrationLinkBody { token, password } = body.value;
    let signed_in = api.accounts.registration().complete(&token, password, place.sign_in()).await?;
    Ok(with_cookie(StatusCode::CREATED, api.cookie_scope(place.is_secure), &signed_in))
}
