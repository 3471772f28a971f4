//! Handlers of API tokens.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::api::Api;
use super::body::Body;
use super::caller::{Caller, Id};
use super::create::{Key, create};
use super::error::ApiError;
use super::pagination::List;
use super::token_rights::TokenRightsName;
use super::views::TokenView;
use crate::accounts::NewToken;

/// The principal an API token acts as.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum TokenKind {
    /// The caller.
    #[default]
    Agent,
    /// The server of the org; only admins may create such a token.
    Server,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewTokenBody {
    /// Name of the token.
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    kind: TokenKind,
    /// What it may do of what its owner may: `read`, `write` (also act in conversations and at the desk) or `admin` (everything).
    #[serde(default)]
    rights: TokenRightsName,
    /// After how many days it expires; without it never, or when the server's setting says.
    #[serde(default)]
    expires_in_days: Option<u64>,
}

#[derive(Serialize, ToSchema)]
pub(super) struct NewTokenAnswer {
    /// The token; it cannot be read again.
    token: String,
    api_token: TokenView,
}

/// List the tokens the caller may revoke: their own, and for admins all of the org.
#[utoipa::path(get, path = "/tokens", tag = "tokens",
    responses((status = 200, description = "the tokens, at most 500", body = List<TokenView>)))]
pub(super) async fn list(State(api): State<Api>, caller: Caller) -> Result<Json<List<TokenView>>, ApiError> {
    let tokens = api.accounts.tokens().list(&caller.principal).await?;
    Ok(Json(List { items: tokens.iter().map(TokenView::from).collect(), next_cursor: None }))
}

/// Create an API token.
#[utoipa::path(post, path = "/tokens", tag = "tokens", request_body = NewTokenBody,
    responses((status = 201, description = "the token was created", body = NewTokenAnswer)))]
pub(super) async fn make(
    State(api): State<Api>,
    caller: Caller,
    key: Key,
    body: Body<NewTokenBody>,
) -> Result<Response, ApiError> {
    let NewTokenBody { name, kind, rights, expires_in_days } = body.value;
    let (accounts, principal) = (api.accounts.clone(), caller.principal.clone());
    create(&api, &caller, key, &body.bytes, async move {
        let for_org = kind == TokenKind::Server;
        let new = NewToken { name: name.as_deref(), rights: rights.into(), lives_d: expires_in_days };
        let (record, token) = accounts.tokens().create(&principal, for_org, new).await?;
        let api_token = TokenView::from(&record);
        Ok((StatusCode::CREATED, NewTokenAnswer { token: token.into_string(), api_token }))
    })
    .await
}

/// Revoke a token and close its sockets.
#[utoipa::path(delete, path = "/tokens/{id}", tag = "tokens", params(("id" = String, Path)),
    responses((status = 204, description = "the token was revoked")))]
pub(super) async fn delete(State(api): State<Api>, caller: Caller, id: Id) -> Result<StatusCode, ApiError> {
    api.accounts.tokens().delete(&caller.principal, &id.0).await?;
    Ok(StatusCode::NO_CONTENT)
}
