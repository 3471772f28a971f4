//! Handlers of links that members ask for by mail.

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
use crate::accounts::{LinkPurpose, MailLanguage};

/// What a mailed link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[schema(as = LinkPurpose)]
#[serde(rename_all = "snake_case")]
pub(super) enum Purpose {
    /// Choosing a new password.
    Password,
    /// Signing in.
    SignIn,
}

/// Who wants a link, and for what.
#[derive(Deserialize, ToSchema)]
#[schema(as = NewLink)]
#[serde(deny_unknown_fields)]
pub(super) struct LinkBody {
    email: String,
    purpose: Purpose,
    /// The language of the mail, such as `es`; that of the browser by default.
    #[serde(default)]
    locale: Option<String>,
}

/// Nothing: whether there is such a member is not said.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MailedLinkAnswer {}

/// Mail a single-use link to a member, valid for 30 minutes. The answer is the same whether or not there is one.
#[utoipa::path(post, path = "/auth/links", tag = "auth", security(()), request_body = LinkBody,
    responses((status = 202, description = "if there is such a member, they are mailed", body = MailedLinkAnswer)))]
pub(super) async fn request(
    State(api): State<Api>,
    place: Place,
    body: Body<LinkBody>,
) -> Result<(StatusCode, Json<MailedLinkAnswer>), ApiError> {
    let LinkBody { email, purpose, locale } = body.value;
    let purpose = match purpose {
        Purpose::Password => LinkPurpose::Password,
        Purpose::SignIn => LinkPurpose::SignIn,
    };
    let language = MailLanguage::of(locale.as_deref().unwrap_or(&place.locale));
    api.accounts.mail_links().request(&email, purpose, language, place.sign_in())?;
    Ok((StatusCode::ACCEPTED, Json(MailedLinkAnswer {})))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LinkLoginBody {
    /// The token from the link.
    #[serde(deserialize_with = "secret")]
    #[schema(value_type = String, format = Password)]
    token: SecretString,
}

/// Sign in with the single-use token of a mailed link.
#[utoipa::path(post, path = "/auth/link", tag = "auth", security(()), request_body = LinkLoginBody,
    responses((status = 200, description = "signed in; the response sets the session cookie", body = MemberAnswer)))]
pub(super) async fn sign_in(
    State(api): State<Api>,
    place: Place,
    body: Body<LinkLoginBody>,
) -> Result<WithCookie, ApiError> {
    let signed_in = api.accounts.mail_links().sign_in(&body.value.token, place.sign_in()).await?;
    Ok(with_cookie(StatusCode::OK, api.cookie_scope(place.is_secure), &signed_in))
}
