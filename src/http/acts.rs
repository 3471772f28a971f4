//! What callers do in conversations: the same as the events of the sockets.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};

use super::api::Api;
use super::body::{Asked, Body, MaybeBody};
use super::caller::{Caller, Id};
use super::create::{Key, create};
use super::error::ApiError;
use super::views::{SendAnswer, StateAnswer};
use crate::hub::{NewMessage, Takeover};
use crate::model::Patch;
use crate::wire::{ReleaseTarget, SendKind};

/// A message or a note to write.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct MessageBody {
    /// The words.
    content: String,
    /// The sender's own id of it: 1 to 64 of `A-Z a-z 0-9 _ -`. A repeat gives the first entry.
    #[serde(default, alias = "clientMessageId")]
    client_message_id: Option<String>,
    /// Ids of files that the sender uploaded to this conversation, at most 10; `content` may then be empty.
    #[serde(default)]
    attachments: Option<Vec<String>>,
    #[serde(default)]
    kind: Option<SendKind>,
    /// The entry it answers.
    #[serde(default)]
    reply_to: Option<String>,
    /// A flat object of the sender's, at most 4 KiB.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    metadata: Option<Box<RawValue>>,
}

/// Whether to wait.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WaitQuery {
    /// `reply`: also answer with the assistant's entry, or null.
    #[serde(default)]
    wait: Option<String>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
pub(super) struct HandoffBody {
    /// Why, in at most 500 characters.
    #[serde(default)]
    pub(super) reason: Option<String>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
pub(super) struct TakeoverBody {
    /// The number the caller saw; `conflict` when it has changed.
    #[serde(default)]
    takeover: Option<u64>,
    /// The agent to take it from; `conflict` when another holds it by now.
    #[serde(default)]
    from: Option<String>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
pub(super) struct ReleaseBody {
    /// Who answers next; where the channel's assistant answers if there is one, when absent.
    #[serde(default)]
    to: Option<ReleaseTarget>,
}

#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct AssignBody {
    /// To whom; null takes the assignment away.
    #[serde(deserialize_with = "present")]
    #[schema(required)]
    agent_id: Option<String>,
    /// The assignee the caller saw; `conflict` when it is another one now.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    expected: Patch<String>,
}

/// A field that must be there, though it may be null.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(deserializer)
}

/// Writes a message for either side.
pub(super) async fn send(
    api: &Api,
    caller: &Caller,
    id: &Id,
    key: Key,
    wait: &WaitQuery,
    body: Body<MessageBody>,
) -> Result<Response, ApiError> {
    let id = id.conversation()?;
    let MessageBody { content, client_message_id, attachments, kind, reply_to, metadata } = body.value;
    let message = NewMessage {
        client_message_id,
        content,
        attachments: attachments.unwrap_or_default(),
        kind: kind.unwrap_or_default(),
        reply_to,
        metadata,
    };
    let waits_for_reply = wait.wait.as_deref() == Some("reply");
    let (hub, assistant, caller_) = (api.hub.clone(), api.assistant.clone(), caller.clone());
    create(api, caller, key, &body.bytes, async move {
        let waiter = waits_for_reply.then(|| assistant.expect_reply(id));
        let acted = hub.send_message(&caller_.principal, caller_.address, id, message).await?;
        let status = if acted.is_duplicate { StatusCode::OK } else { StatusCode::CREATED };
        let answer = SendAnswer::new(&acted, id, caller_.audience())?;
        let answer = match waiter {
            Some(waiter) => {
                answer.with_reply(waiter.reply_to(&acted).await.as_deref(), id, caller_.audience())
            }
            None => answer,
        };
        Ok((status, answer))
    })
    .await
}

/// Write a message (the responder) or a note (agents and servers).
#[utoipa::path(post, path = "/conversations/{id}/messages", tag = "conversations",
    params(("id" = String, Path), WaitQuery), request_body = MessageBody, responses(
    (status = 200, description = "it had been written before", body = SendAnswer),
    (status = 201, description = "committed", body = SendAnswer),
))]
pub(super) async fn message(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
    key: Key,
    Asked(wait): Asked<WaitQuery>,
    body: Body<MessageBody>,
) -> Result<Response, ApiError> {
    send(&api, &caller, &id, key, &wait, body).await
}

/// Become the one who answers. Taking what one holds is fine.
#[utoipa::path(post, path = "/conversations/{id}/takeover", tag = "conversations",
    params(("id" = String, Path)), request_body = TakeoverBody,
    responses((status = 200, description = "the caller answers now", body = StateAnswer)))]
pub(super) async fn takeover(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
    MaybeBody(body): MaybeBody<TakeoverBody>,
) -> Result<Json<StateAnswer>, ApiError> {
    let takeover = Takeover { seen: body.takeover, from: body.from.as_deref() };
    let acted = api.hub.take_over(&caller.principal, id.conversation()?, takeover).await?;
    Ok(Json(StateAnswer::new(&acted.head, caller.audience())))
}

/// Hand the conversation back.
#[utoipa::path(post, path = "/conversations/{id}/release", tag = "conversations",
    params(("id" = String, Path)), request_body = ReleaseBody,
    responses((status = 200, description = "handed back", body = StateAnswer)))]
pub(super) async fn release(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
    MaybeBody(body): MaybeBody<ReleaseBody>,
) -> Result<Json<StateAnswer>, ApiError> {
    let acted = api.hub.release(&caller.principal, id.conversation()?, body.to.map(Into::into)).await?;
    Ok(Json(StateAnswer::new(&acted.head, caller.audience())))
}

/// Set who is to see to the conversation. While an agent holds it, another agent becomes the holder too.
#[utoipa::path(post, path = "/conversations/{id}/assign", tag = "conversations",
    params(("id" = String, Path)), request_body = AssignBody,
    responses((status = 200, description = "assigned", body = StateAnswer)))]
pub(super) async fn assign(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
    body: Body<AssignBody>,
) -> Result<Json<StateAnswer>, ApiError> {
    let AssignBody { agent_id, expected } = body.value;
    let id = id.conversation()?;
    let acted = api
        .hub
        .assign(&caller.principal, id, agent_id.as_deref(), expected.as_ref().map(String::as_str))
        .await?;
    Ok(Json(StateAnswer::new(&acted.head, caller.audience())))
}

/// Close the conversation, for good. Repeating is fine.
#[utoipa::path(post, path = "/conversations/{id}/end", tag = "conversations",
    params(("id" = String, Path)), responses((status = 200, description = "closed", body = StateAnswer)))]
pub(super) async fn end(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
) -> Result<Json<StateAnswer>, ApiError> {
    let acted = api.hub.end(&caller.principal, caller.address, id.conversation()?).await?;
    Ok(Json(StateAnswer::new(&acted.head, caller.audience())))
}

/// Ask for a person on the visitor's behalf (servers).
#[utoipa::path(post, path = "/conversations/{id}/handoff", tag = "conversations",
    params(("id" = String, Path)), request_body = HandoffBody,
    responses((status = 200, description = "the visitor waits for a person", body = StateAnswer)))]
pub(super) async fn handoff(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
    MaybeBody(body): MaybeBody<HandoffBody>,
) -> Result<Json<StateAnswer>, ApiError> {
    let id = id.conversation()?;
    let acted = api.hub.request_handoff(&caller.principal, id, body.reason.as_deref()).await?;
    Ok(Json(StateAnswer::new(&acted.head, caller.audience())))
}
