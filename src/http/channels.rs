//! Handlers of channels.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::api::Api;
use super::body::{Asked, Body, MaybeBody};
use super::caller::{Caller, Id};
use super::create::{Key, create};
use super::error::ApiError;
use super::pagination::{List, PageQuery};
use super::views::ChannelView;
use crate::accounts::{ChannelFields, IssuerFields, RefusedPages};
use crate::crypto::Overlap;
use crate::model::{ChannelRecord, Patch};
use crate::wire::{WireError, rfc3339};

/// The issuer of the site's own identity tokens, with either `jwks_url` or `shared_secret`.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = Issuer)]
#[serde(deny_unknown_fields)]
pub(super) struct IssuerBody {
    /// Required value of the `iss` claim.
    issuer: String,
    /// Value that the `aud` claim must equal or contain.
    audience: String,
    /// URL of the issuer's JSON Web Key Set.
    #[serde(default)]
    jwks_url: Option<String>,
    /// Shared secret of at least 16 characters; write-only.
    #[serde(default)]
    shared_secret: Option<String>,
}

/// Fields of a channel. `name` is required to create one; null clears a field.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChannelBody {
    #[serde(default)]
    name: Option<String>,
    /// Origins such as `https://www.example.com`.
    #[serde(default)]
    origins: Option<Vec<String>>,
    /// Colour as `#rrggbb`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    color: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    greeting: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    locale: Patch<String>,
    /// Whether the assistant answers; if not, new conversations wait for a person.
    #[serde(default)]
    assistant: Option<bool>,
    #[serde(default)]
    handoff_enabled: Option<bool>,
    #[serde(default)]
    handoff_words: Option<Vec<String>>,
    /// Maximum length of a visitor message, up to 10000; null or 0 uses the server's setting.
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    visitor_message_max_chars: Patch<i64>,
    #[serde(default)]
    #[schema(value_type = Option<IssuerBody>)]
    issuer: Patch<IssuerBody>,
}

impl From<ChannelBody> for ChannelFields {
    fn from(body: ChannelBody) -> Self {
        let issuer = |issuer: IssuerBody| IssuerFields {
            issuer: issuer.issuer,
            audience: issuer.audience,
            jwks_url: issuer.jwks_url,
            shared_secret: issuer.shared_secret,
        };
        Self {
            name: body.name,
            origins: body.origins,
            color: body.color,
            greeting: body.greeting,
            locale: body.locale,
            has_assistant: body.assistant,
            handoff_enabled: body.handoff_enabled,
            handoff_words: body.handoff_words,
            visitor_message_max_chars: body.visitor_message_max_chars,
            issuer: body.issuer.map(issuer),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ChannelAnswer {
    channel: ChannelView,
}

#[derive(Serialize, ToSchema)]
pub(super) struct NewChannelAnswer {
    channel: ChannelView,
    /// The secret with which the site signs visitor ids; it cannot be read again.
    identity_secret: String,
}

#[derive(Serialize, ToSchema)]
pub(super) struct SecretAnswer {
    /// The new secret; it cannot be read again.
    identity_secret: String,
    /// Until when the old secret is accepted as well; null where it is refused already.
    old_accepted_until: Option<String>,
}

fn shown(api: &Api, channel: &ChannelRecord) -> ChannelView {
    ChannelView::new(channel, api.accounts.refused_pages(channel.id))
}

/// List the channels of the org, oldest first.
#[utoipa::path(get, path = "/channels", tag = "channels", params(PageQuery),
    responses((status = 200, description = "a page of channels", body = List<ChannelView>)))]
pub(super) async fn list(
    State(api): State<Api>,
    caller: Caller,
    Asked(page): Asked<PageQuery>,
) -> Result<Json<List<ChannelView>>, ApiError> {
    let channels = api.accounts.channels().list(&caller.principal, page.after()?, page.limit() + 1).await?;
    Ok(Json(page.list(channels, |channel| channel.id.to_string(), |channel| shown(&api, channel))))
}

/// Create a channel.
#[utoipa::path(post, path = "/channels", tag = "channels", request_body = ChannelBody,
    responses((status = 201, description = "the channel was created", body = NewChannelAnswer)))]
pub(super) async fn make(
    State(api): State<Api>,
    caller: Caller,
    key: Key,
    body: Body<ChannelBody>,
) -> Result<Response, ApiError> {
    let fields = ChannelFields::from(body.value);
    let (accounts, principal) = (api.accounts.clone(), caller.principal.clone());
    create(&api, &caller, key, &body.bytes, async move {
        let made = accounts.channels().create(&principal, fields).await?;
        let channel = ChannelView::new(&made.channel, RefusedPages::default());
        Ok((StatusCode::CREATED, NewChannelAnswer { channel, identity_secret: made.identity_secret }))
    })
    .await
}

/// Get a channel.
#[utoipa::path(get, path = "/channels/{id}", tag = "channels", params(("id" = String, Path)),
    responses((status = 200, description = "the channel", body = ChannelAnswer)))]
pub(super) async fn get(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
) -> Result<Json<ChannelAnswer>, ApiError> {
    let channel = api.accounts.channels().get(&caller.principal, &id.0).await?;
    Ok(Json(ChannelAnswer { channel: shown(&api, &channel) }))
}

/// Update a channel.
#[utoipa::path(patch, path = "/channels/{id}", tag = "channels", params(("id" = String, Path)),
    request_body = ChannelBody, responses((status = 200, description = "the channel was updated", body = ChannelAnswer)))]
pub(super) async fn change(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
    body: Body<ChannelBody>,
) -> Result<Json<ChannelAnswer>, ApiError> {
    let channel = api.accounts.channels().change(&caller.principal, &id.0, body.value.into()).await?;
    Ok(Json(ChannelAnswer { channel: shown(&api, &channel) }))
}

/// Rotate the public key of a channel. Current visitors stay signed in.
#[utoipa::path(post, path = "/channels/{id}/rotate-key", tag = "channels", params(("id" = String, Path)),
    responses((status = 200, description = "the channel with its new key", body = ChannelAnswer)))]
pub(super) async fn rotate_key(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
) -> Result<Json<ChannelAnswer>, ApiError> {
    let channel = api.accounts.channels().rotate_key(&caller.principal, &id.0).await?;
    Ok(Json(ChannelAnswer { channel: shown(&api, &channel) }))
}

/// How a secret is rotated.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RotateBody {
    /// For how many hours the old secret is accepted as well: 0 by default, at most 720.
    #[serde(default)]
    overlap_hours: u32,
}

impl RotateBody {
    pub(super) fn overlap(&self) -> Result<Overlap, WireError> {
        Overlap::of_hours(self.overlap_hours)
            .ok_or_else(|| WireError::bad_request("overlap_hours must be at most 720"))
    }
}

/// Rotate the identity secret of a channel. Identities signed with the old secret are accepted for `overlap_hours` more.
#[utoipa::path(post, path = "/channels/{id}/rotate-identity-secret", tag = "channels",
    params(("id" = String, Path)), request_body = RotateBody,
    responses((status = 200, description = "the new secret", body = SecretAnswer)))]
pub(super) async fn rotate_identity_secret(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
    MaybeBody(body): MaybeBody<RotateBody>,
) -> Result<Json<SecretAnswer>, ApiError> {
    let channels = api.accounts.channels();
    let (identity_secret, until) =
        channels.rotate_identity_secret(&caller.principal, &id.0, body.overlap()?).await?;
    Ok(Json(SecretAnswer { identity_secret, old_accepted_until: until.map(rfc3339) }))
}

/// Until when the old identity secret of a channel is accepted.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OldSecretAnswer {
    /// Null where there is no old one.
    old_accepted_until: Option<String>,
}

/// Read until when the old identity secret of a channel is accepted.
#[utoipa::path(get, path = "/channels/{id}/old-identity-secret", tag = "channels", params(("id" = String, Path)),
    responses((status = 200, description = "until when", body = OldSecretAnswer)))]
pub(super) async fn old_identity_secret(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
) -> Result<Json<OldSecretAnswer>, ApiError> {
    let until = api.accounts.channels().old_identity_secret_until(&caller.principal, &id.0).await?;
    Ok(Json(OldSecretAnswer { old_accepted_until: until.map(rfc3339) }))
}

/// Refuse the old identity secret of a channel from now on.
#[utoipa::path(delete, path = "/channels/{id}/old-identity-secret", tag = "channels", params(("id" = String, Path)),
    responses((status = 204, description = "it is refused")))]
pub(super) async fn end_old_identity_secret(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
) -> Result<StatusCode, ApiError> {
    api.accounts.channels().end_old_identity_secret(&caller.principal, &id.0).await?;
    Ok(StatusCode::NO_CONTENT)
}
