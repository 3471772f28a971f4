//! Handlers of supervised replies, equal to the socket events.

use axum::Json;
use axum::extract::State;
use rooms::SupervisorAct;
use serde::Deserialize;
use utoipa::ToSchema;

use super::api::Api;
use super::body::{Body, MaybeBody};
use super::caller::{Caller, Id, IdPair};
use super::commands::act;
use super::error::ApiError;
use super::views::StateAnswer;
use crate::hub::Command;
use crate::wire::present;

#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct ModeBody {
    /// `automatic`, `hold` or `approve`; null follows the channel's setting.
    #[serde(deserialize_with = "present")]
    #[schema(required)]
    mode: Option<String>,
    /// How long a reply waits, in seconds: 1 to 600 with `hold`, 10 to 86,400 with `approve`; by default the channel's time.
    #[serde(default)]
    seconds: Option<u32>,
}

#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct EditBody {
    /// The text that is sent instead, at most as long as an agent's message.
    content: String,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
pub(super) struct StopBody {
    /// The reason, at most 500 characters.
    #[serde(default)]
    reason: Option<String>,
}

/// Set when the assistant's replies are sent in this conversation.
#[utoipa::path(post, path = "/conversations/{id}/mode", tag = "conversations",
    params(("id" = String, Path)), request_body = ModeBody,
    responses((status = 200, description = "the mode is set", body = StateAnswer)))]
pub(super) async fn mode(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
    body: Body<ModeBody>,
) -> Result<Json<StateAnswer>, ApiError> {
    let ModeBody { mode, seconds } = body.value;
    act(&api, &caller, &id, Command::SetMode { mode, seconds }).await
}

/// Hold a reply back. It then waits for an agent.
#[utoipa::path(post, path = "/conversations/{id}/replies/{message_id}/hold", tag = "conversations",
    params(("id" = String, Path), ("message_id" = String, Path)),
    responses((status = 200, description = "the reply is held", body = StateAnswer)))]
pub(super) async fn hold(
    State(api): State<Api>,
    caller: Caller,
    IdPair(id, reply): IdPair,
) -> Result<Json<StateAnswer>, ApiError> {
    act(&api, &caller, &id, Command::Supervise { message: reply.0, act: SupervisorAct::Hold }).await
}

/// Send a reply. One that is still being written is shown to the visitor as it is written.
#[utoipa::path(post, path = "/conversations/{id}/replies/{message_id}/send", tag = "conversations",
    params(("id" = String, Path), ("message_id" = String, Path)),
    responses((status = 200, description = "the reply is sent", body = StateAnswer)))]
pub(super) async fn send(
    State(api): State<Api>,
    caller: Caller,
    IdPair(id, reply): IdPair,
) -> Result<Json<StateAnswer>, ApiError> {
    act(&api, &caller, &id, Command::Supervise { message: reply.0, act: SupervisorAct::Send }).await
}

/// Send other text instead of a reply.
#[utoipa::path(post, path = "/conversations/{id}/replies/{message_id}/edit", tag = "conversations",
    params(("id" = String, Path), ("message_id" = String, Path)), request_body = EditBody,
    responses((status = 200, description = "the text is sent", body = StateAnswer)))]
pub(super) async fn edit(
    State(api): State<Api>,
    caller: Caller,
    IdPair(id, reply): IdPair,
    body: Body<EditBody>,
) -> Result<Json<StateAnswer>, ApiError> {
    let edit = SupervisorAct::Edit(body.value.content.into());
    act(&api, &caller, &id, Command::Supervise { message: reply.0, act: edit }).await
}

/// Stop a reply. The visitor sees nothing of it.
#[utoipa::path(post, path = "/conversations/{id}/replies/{message_id}/stop", tag = "conversations",
    params(("id" = String, Path), ("message_id" = String, Path)), request_body = StopBody,
    responses((status = 200, description = "the reply is stopped", body = StateAnswer)))]
pub(super) async fn stop(
    State(api): State<Api>,
    caller: Caller,
    IdPair(id, reply): IdPair,
    MaybeBody(body): MaybeBody<StopBody>,
) -> Result<Json<StateAnswer>, ApiError> {
    let stop = SupervisorAct::Stop { reason: body.reason.map(Into::into) };
    act(&api, &caller, &id, Command::Supervise { message: reply.0, act: stop }).await
}
