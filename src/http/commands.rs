//! Handlers of commands in conversations, equal to the socket events.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};

use super::api::Api;
use super::body::{Asked, Body, MaybeBody};
use super::caller::{Caller, Id};
use super::create::{Key, create};
use super::error::ApiError;
use super::views::{SendAnswer, StateAnswer};
use crate::hub::{Command, NewMessage, snooze_time};
use crate::model::Patch;
use crate::wire::{ReleaseTarget, SendKind, present};

/// A message or note to add to a conversation.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct MessageBody {
    /// The text.
    content: String,
    /// The sender's id for this message, 1 to 64 characters of `A-Z a-z 0-9 _ -`. A repeated id returns the entry written first.
    #[serde(default, alias = "clientMessageId")]
    client_message_id: Option<String>,
    /// Ids of files the sender uploaded to this conversation, at most 10; `content` may then be empty.
    #[serde(default)]
    attachments: Option<Vec<String>>,
    #[serde(default)]
    kind: Option<SendKind>,
    /// The entry this message replies to.
    #[serde(default)]
    reply_to: Option<String>,
    /// A flat JSON object for the sender's own use, at most 4 KiB.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    metadata: Option<Box<RawValue>>,
}

/// What the response waits for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WaitQuery {
    /// `reply`: wait for the assistant's reply and return its entry, or null.
    #[serde(default)]
    wait: Option<String>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
pub(super) struct HandoffBody {
    /// The reason, at most 500 characters.
    #[serde(default)]
    pub(super) reason: Option<String>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
pub(super) struct TakeoverBody {
    /// The takeover number the caller last saw; `conflict` if it has changed since.
    #[serde(default)]
    takeover: Option<u64>,
    /// The agent to take the conversation from; `conflict` if another agent holds it now.
    #[serde(default)]
    from: Option<String>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
pub(super) struct ReleaseBody {
    /// Who answers next; by default the assistant, if the channel has one.
    #[serde(default)]
    to: Option<ReleaseTarget>,
}

#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct AssignBody {
    /// The agent to assign; null removes the assignment.
    #[serde(deserialize_with = "present")]
    #[schema(required)]
    agent_id: Option<String>,
    /// The assignee the caller last saw; `conflict` if it has changed since.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    expected: Patch<String>,
    /// A note for the agents, written in the same commit; the assigned agent is notified of it.
    #[serde(default)]
    note: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct SnoozeBody {
    /// The time to bring it back, at most a year ahead; null brings it back now.
    #[serde(deserialize_with = "present")]
    #[schema(required)]
    until: Option<String>,
}

/// Writes a message of an agent, a server or a visitor.
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
        let acted = hub.act(caller_.actor(), id, Command::Send(message)).await?;
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

/// Add a message (as the responder) or a note (agents and servers).
#[utoipa::path(post, path = "/conversations/{id}/messages", tag = "conversations",
    params(("id" = String, Path), WaitQuery), request_body = MessageBody, responses(
    (status = 200, description = "the message already existed", body = SendAnswer),
    (status = 201, description = "the message was committed", body = SendAnswer),
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

/// Carries out a command of a caller and answers with the state of the conversation after it.
pub(super) async fn act(
    api: &Api,
    caller: &Caller,
    id: &Id,
    command: Command,
) -> Result<Json<StateAnswer>, ApiError> {
    let acted = api.hub.act(caller.actor(), id.conversation()?, command).await?;
    Ok(Json(StateAnswer::new(&acted.head, caller.audience())))
}

/// Take over the conversation. Taking over a conversation one already holds succeeds.
#[utoipa::path(post, path = "/conversations/{id}/takeover", tag = "conversations",
    params(("id" = String, Path)), request_body = TakeoverBody,
    responses((status = 200, description = "the caller is the responder", body = StateAnswer)))]
pub(super) async fn takeover(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
    MaybeBody(body): MaybeBody<TakeoverBody>,
) -> Result<Json<StateAnswer>, ApiError> {
    let takeover = Command::take_over(body.takeover, body.from.as_deref());
    act(&api, &caller, &id, takeover).await
}

/// Release the conversation to the assistant or the queue.
#[utoipa::path(post, path = "/conversations/{id}/release", tag = "conversations",
    params(("id" = String, Path)), request_body = ReleaseBody,
    responses((status = 200, description = "the conversation was released", body = StateAnswer)))]
pub(super) async fn release(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
    MaybeBody(body): MaybeBody<ReleaseBody>,
) -> Result<Json<StateAnswer>, ApiError> {
    let release = Command::Release { to: body.to.map(Into::into), reason: None };
    act(&api, &caller, &id, release).await
}

/// Assign the conversation to an agent. If an agent holds it, the new assignee becomes the holder.
#[utoipa::path(post, path = "/conversations/{id}/assign", tag = "conversations",
    params(("id" = String, Path)), request_body = AssignBody,
    responses((status = 200, description = "the conversation was assigned", body = StateAnswer)))]
pub(super) async fn assign(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
    body: Body<AssignBody>,
) -> Result<Json<StateAnswer>, ApiError> {
    let AssignBody { agent_id, expected, note } = body.value;
    let expected = expected.as_ref().map(String::as_str);
    let assignment = Command::assign_with_note(agent_id.as_deref(), expected, note);
    act(&api, &caller, &id, assignment).await
}

/// Put the conversation aside until a time, or until the visitor writes. Only its responder can.
#[utoipa::path(post, path = "/conversations/{id}/snooze", tag = "conversations",
    params(("id" = String, Path)), request_body = SnoozeBody,
    responses((status = 200, description = "the conversation is snoozed, or no longer", body = StateAnswer)))]
pub(super) async fn snooze(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
    body: Body<SnoozeBody>,
) -> Result<Json<StateAnswer>, ApiError> {
    let until = body.value.until.map(|until| snooze_time(&until)).transpose()?;
    act(&api, &caller, &id, Command::Snooze { until }).await
}

/// Close the conversation permanently. Closing a closed conversation succeeds.
#[utoipa::path(post, path = "/conversations/{id}/end", tag = "conversations",
    params(("id" = String, Path)), responses((status = 200, description = "the conversation is closed", body = StateAnswer)))]
pub(super) async fn end(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
) -> Result<Json<StateAnswer>, ApiError> {
    act(&api, &caller, &id, Command::End).await
}

/// Request a handoff to a person on behalf of the visitor (servers).
#[utoipa::path(post, path = "/conversations/{id}/handoff", tag = "conversations",
    params(("id" = String, Path)), request_body = HandoffBody,
    responses((status = 200, description = "the visitor waits for a person", body = StateAnswer)))]
pub(super) async fn handoff(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
    MaybeBody(body): MaybeBody<HandoffBody>,
) -> Result<Json<StateAnswer>, ApiError> {
    act(&api, &caller, &id, Command::RequestHandoff { reason: body.reason.map(Into::into) }).await
}
