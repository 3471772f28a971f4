//! Handlers of the widget.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::api::Api;
use super::body::{Asked, Body, MaybeBody};
use super::caller::{Id, Place, Visitor, count_widget_read};
use super::commands::{HandoffBody, MessageBody, WaitQuery, act, send};
use super::create::{Key, create};
use super::error::ApiError;
use super::views::{SendAnswer, SessionView, StateAnswer, WidgetChannelView};
use crate::accounts::{IdentityFields, WidgetRequest};
use crate::hub::Command;
use crate::refusal::ServiceError;
use crate::wire::{PageView, VisitorView, visitor_view};

/// An identity asserted by the site, proven by `hash` or `jwt`.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = Identity)]
pub(super) struct IdentityBody {
    /// The id that the site's own system gave the visitor.
    user_id: String,
    name: Option<String>,
    email: Option<String>,
    /// HMAC-SHA256 of `user_id` with the channel's identity secret, in lower-case hex.
    hash: Option<String>,
    /// A JSON Web Token of the channel's issuer.
    jwt: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct WidgetSessionBody {
    /// The channel's public key.
    channel_key: String,
    /// The visitor token of an earlier visit; an unknown or expired token creates a new visitor.
    visitor_token: Option<String>,
    identity: Option<IdentityBody>,
    page: Option<PageView>,
    /// Language tag of the visitor's browser.
    locale: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WidgetSessionAnswer {
    visitor_token: String,
    visitor: VisitorView,
    /// The active conversation.
    session: Option<SessionView>,
    channel: WidgetChannelView,
}

/// Start a widget session: identify the visitor and get the channel's configuration.
#[utoipa::path(post, path = "/widget/sessions", tag = "widget", security(()), request_body = WidgetSessionBody, responses(
    (status = 200, description = "a known visitor", body = WidgetSessionAnswer),
    (status = 201, description = "a new visitor", body = WidgetSessionAnswer),
))]
pub(super) async fn open_session(
    State(api): State<Api>,
    place: Place,
    body: Body<WidgetSessionBody>,
) -> Result<(StatusCode, Json<WidgetSessionAnswer>), ApiError> {
    count_widget_read(&api, place.address)?;
    let WidgetSessionBody { channel_key, visitor_token, identity, page, locale } = body.value;
    let identity = identity.map(|body| IdentityFields {
        user_id: body.user_id,
        name: body.name,
        email: body.email,
        hash: body.hash,
        jwt: body.jwt,
    });
    let request = WidgetRequest { channel_key, visitor_token, identity, page: page.map(Into::into), locale };
    let session =
        api.accounts.widget_sessions().open(request, place.origin.as_deref(), place.host.as_deref()).await?;
    let status = if session.is_new { StatusCode::CREATED } else { StatusCode::OK };
    let max_chars = api.hub.visitor_message_max_chars(&session.channel);
    let settings = api.org_settings.effective(session.channel.org, Some(session.channel.id)).await?;
    let takes_calls = api.voice.is_offered(&session.channel, &settings).await;
    let answer = WidgetSessionAnswer {
        visitor: visitor_view(&session.visitor),
        session: session.conversation.as_ref().map(SessionView::from),
        channel: WidgetChannelView::new(&session.channel, &settings, max_chars, takes_calls),
        visitor_token: session.token,
    };
    Ok((status, Json(answer)))
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SessionAnswer {
    session: SessionView,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ActiveSessionAnswer {
    session: Option<SessionView>,
}

/// Start the visitor's conversation, or get the active one.
#[utoipa::path(post, path = "/widget/conversations", tag = "widget", responses(
    (status = 200, description = "the active conversation", body = SessionAnswer),
    (status = 201, description = "a new conversation", body = SessionAnswer),
))]
pub(super) async fn begin(
    State(api): State<Api>,
    Visitor(caller): Visitor,
    key: Key,
) -> Result<Response, ApiError> {
    let (accounts, principal) = (api.accounts.clone(), caller.principal.clone());
    create(&api, &caller, key, b"", async move {
        let (record, is_new) = accounts.conversations().begin_own(&principal).await?;
        let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
        Ok::<_, ServiceError>((status, SessionAnswer { session: SessionView::from(&record) }))
    })
    .await
}

/// Get the visitor's active conversation.
#[utoipa::path(get, path = "/widget/conversations/active", tag = "widget", responses(
    (status = 200, description = "the active conversation, or null", body = ActiveSessionAnswer),
))]
pub(super) async fn active(
    State(api): State<Api>,
    Visitor(caller): Visitor,
) -> Result<Json<ActiveSessionAnswer>, ApiError> {
    count_widget_read(&api, caller.address)?;
    let active = api.accounts.conversations().own_active(&caller.principal).await?;
    Ok(Json(ActiveSessionAnswer { session: active.as_ref().map(SessionView::from) }))
}

/// Send a message.
#[utoipa::path(post, path = "/widget/conversations/{id}/messages", tag = "widget",
    params(("id" = String, Path), WaitQuery), request_body = MessageBody, responses(
    (status = 200, description = "the message already existed", body = SendAnswer),
    (status = 201, description = "the message was committed", body = SendAnswer),
))]
pub(super) async fn message(
    State(api): State<Api>,
    Visitor(caller): Visitor,
    id: Id,
    key: Key,
    Asked(wait): Asked<WaitQuery>,
    body: Body<MessageBody>,
) -> Result<Response, ApiError> {
    send(&api, &caller, &id, key, &wait, body).await
}

/// Close the conversation. Closing a closed conversation succeeds. The body is ignored, so that `navigator.sendBeacon` can send the request.
#[utoipa::path(post, path = "/widget/conversations/{id}/end", tag = "widget",
    params(("id" = String, Path)), responses((status = 200, description = "the conversation is closed", body = StateAnswer)))]
pub(super) async fn end(
    State(api): State<Api>,
    Visitor(caller): Visitor,
    id: Id,
) -> Result<Json<StateAnswer>, ApiError> {
    act(&api, &caller, &id, Command::End).await
}

/// Retry a reply of the assistant that failed or was interrupted.
#[utoipa::path(post, path = "/widget/conversations/{id}/retry", tag = "widget",
    params(("id" = String, Path)), responses((status = 200, description = "the assistant is retrying", body = StateAnswer)))]
pub(super) async fn retry(
    State(api): State<Api>,
    Visitor(caller): Visitor,
    id: Id,
) -> Result<Json<StateAnswer>, ApiError> {
    act(&api, &caller, &id, Command::Retry).await
}

/// Request a handoff to a person.
#[utoipa::path(post, path = "/widget/conversations/{id}/handoff", tag = "widget",
    params(("id" = String, Path)), request_body = HandoffBody,
    responses((status = 200, description = "the visitor waits for a person", body = StateAnswer)))]
pub(super) async fn handoff(
    State(api): State<Api>,
    Visitor(caller): Visitor,
    id: Id,
    MaybeBody(body): MaybeBody<HandoffBody>,
) -> Result<Json<StateAnswer>, ApiError> {
    act(&api, &caller, &id, Command::RequestHandoff { reason: body.reason.map(Into::into) }).await
}
