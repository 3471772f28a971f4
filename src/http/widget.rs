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
use super::views::{SendAnswer, StateAnswer};
use super::widget_channel::{ChannelFacts, WidgetChannelView};
use crate::accounts::{IdentityFields, WidgetRequest};
use crate::attachments::accepted_types;
use crate::hub::Command;
use crate::limits::Source;
use crate::refusal::ServiceError;
use crate::tools::OfflineForm;
use crate::wire::{PageView, SessionView, VisitorUpdateData, VisitorView, visitor_view};

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
    let (page, browser) = (page.map(Into::into), place.browser.clone());
    let request =
        WidgetRequest { channel_key, visitor_token, identity, page, locale, browser, address: place.address };
    let session =
        api.accounts.widget_sessions().open(request, place.origin.as_deref(), place.host.as_deref()).await?;
    let status = if session.is_new { StatusCode::CREATED } else { StatusCode::OK };
    let max_chars = api.hub.visitor_message_max_chars(&session.channel);
    let settings = api.org_settings.effective(session.channel.org, Some(session.channel.id)).await?;
    let (channel, conversation) = (&session.channel, session.conversation.as_ref());
    let facts = ChannelFacts {
        visitor_message_max_chars: max_chars,
        voice_enabled: api.voice.is_offered(channel, &session.visitor, conversation, &settings).await,
        file_types: accepted_types(&settings),
        file_max_bytes: api.settings.attachment_max_bytes,
        document_max_bytes: api.settings.document_max_bytes,
        has_mail: api.settings.smtp_url.is_some(),
        availability: api.handover.availability(session.channel.org, &settings).await,
    };
    let answer = WidgetSessionAnswer {
        visitor: visitor_view(&session.visitor),
        session: session.conversation.as_ref().map(SessionView::from),
        channel: WidgetChannelView::new(&session.channel, &settings, facts),
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

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ProfileAnswer {
    visitor: VisitorView,
}

/// Tell who the visitor is and what else is known of them. What is not named stays.
#[utoipa::path(post, path = "/widget/profile", tag = "widget", request_body = VisitorUpdateData,
    responses((status = 200, description = "the visitor, changed", body = ProfileAnswer)))]
pub(super) async fn update_profile(
    State(api): State<Api>,
    Visitor(caller): Visitor,
    body: Body<VisitorUpdateData>,
) -> Result<Json<ProfileAnswer>, ApiError> {
    let source = Source::Address(caller.address);
    let visitor = api.hub.update_visitor(&caller.principal, source, body.value).await?;
    Ok(Json(ProfileAnswer { visitor: visitor_view(&visitor) }))
}

/// What was filled in where nobody is there to answer.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = OfflineForm)]
pub(super) struct OfflineFormBody {
    name: Option<String>,
    /// Where the answer goes.
    email: String,
    phone: Option<String>,
    /// At most 5,000 characters.
    message: String,
    /// What the visitor agreed to, in the words of the form; kept with the message. At most 20 of 500 characters.
    #[serde(default)]
    consents: Vec<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SubmittedAnswer {
    submission: SubmittedView,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Submitted)]
struct SubmittedView {
    id: String,
}

/// Leave a message for people who are not there: kept as a submission, and mailed to them.
#[utoipa::path(post, path = "/widget/submissions", tag = "widget", request_body = OfflineFormBody,
    responses((status = 201, description = "the message is kept", body = SubmittedAnswer)))]
pub(super) async fn submit(
    State(api): State<Api>,
    Visitor(caller): Visitor,
    key: Key,
    body: Body<OfflineFormBody>,
) -> Result<Response, ApiError> {
    let OfflineFormBody { name, email, phone, message, consents } = body.value;
    let form = OfflineForm { name, email, phone, message, consents };
    let (tools, who) = (api.tools.clone(), caller.clone());
    create(&api, &caller, key, &body.bytes, async move {
        let id = tools.submit(&who.principal, Source::Address(who.address), form).await?;
        let submission = SubmittedView { id: id.to_string() };
        Ok::<_, ServiceError>((StatusCode::CREATED, SubmittedAnswer { submission }))
    })
    .await
}
