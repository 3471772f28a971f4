//! The handler of acts in many conversations at once.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use tracing::Instrument as _;
use utoipa::ToSchema;

use super::api::Api;
use super::body::Body;
use super::caller::Caller;
use super::enums;
use super::error::ApiError;
use crate::hub::{Acted, Command, snooze_time};
use crate::limits::Source;
use crate::model::Patch;
use crate::refusal::ServiceError;
use crate::wire::{AgentState, ErrorView, WireError};

/// One act in many conversations.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct BulkBody {
    #[schema(value_type = enums::BulkAct)]
    act: String,
    /// The conversations, 1 to 500, each once.
    session_ids: Vec<String>,
    /// For `assign`: the agent to assign; null removes the assignment.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    agent_id: Patch<String>,
    /// For `assign`: the assignee the caller last saw in all of them; `conflict` where it has changed since.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    expected: Patch<String>,
    /// For `label`: the labels to add.
    #[serde(default)]
    add: Vec<String>,
    /// For `label`: the labels to remove.
    #[serde(default)]
    remove: Vec<String>,
    /// For `snooze`: the time to bring them back, at most a year ahead; null brings them back now.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    until: Patch<String>,
}

/// What became of the act in one conversation.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BulkRow {
    session_id: String,
    /// The state after it; null where it was refused.
    state: Option<AgentState>,
    /// Why it was refused, and nothing has changed in it; null where it was done.
    #[schema(value_type = Option<ErrorView<'static>>)]
    error: Option<WireError>,
}

/// What became of the act in each conversation, in the order of the request.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BulkAnswer {
    results: Vec<BulkRow>,
}

/// Assign, label, close or snooze many conversations. Each is done or refused by itself; ids that are not of the
/// caller's org are `not_found` in their row.
#[utoipa::path(post, path = "/conversations/bulk", tag = "conversations", request_body = BulkBody,
    responses((status = 200, description = "what became of each", body = BulkAnswer)))]
pub(super) async fn act(
    State(api): State<Api>,
    caller: Caller,
    body: Body<BulkBody>,
) -> Result<Json<BulkAnswer>, ApiError> {
    let BulkBody { act, session_ids, agent_id, expected, add, remove, until } = body.value;
    let asked = Act::parse(&act, Fields { agent_id, expected, add, remove, until });
    let command = asked.map(|act| move || act.command());
    let (hub, tasks) = (api.hub.clone(), api.hub.base().tasks.clone());
    // It goes on if the client disconnects, so that no conversation is left half done.
    let acting = async move {
        let source = Source::Address(caller.address);
        let outcomes = hub.act_in_many(&caller.principal, source, &session_ids, command).await;
        outcomes.map(|outcomes| (session_ids, outcomes))
    };
    let running = tasks.spawn(acting.in_current_span());
    let (session_ids, outcomes) = running.await.map_err(ServiceError::internal)??;
    let row = |(session_id, outcome): (String, Result<Acted, ServiceError>)| match outcome {
        Ok(acted) => BulkRow { session_id, state: Some(AgentState::from(&*acted.head)), error: None },
        Err(error) => BulkRow { session_id, state: None, error: Some(error.report()) },
    };
    Ok(Json(BulkAnswer { results: session_ids.into_iter().zip(outcomes).map(row).collect() }))
}

/// The fields of acts, as they were sent.
struct Fields {
    agent_id: Patch<String>,
    expected: Patch<String>,
    add: Vec<String>,
    remove: Vec<String>,
    until: Patch<String>,
}

/// What is done in each conversation.
#[derive(Debug)]
enum Act {
    Assign { agent: Option<String>, expected: Patch<String> },
    Label { add: Vec<String>, remove: Vec<String> },
    Close,
    Snooze { until: Option<rooms::Timestamp> },
}

impl Act {
    fn parse(name: &str, fields: Fields) -> Result<Self, ServiceError> {
        let named = |field: Patch<String>, name: &str| match field {
            Patch::Keep => Err(ServiceError::bad_request(format!("{name} is missing"))),
            field => Ok(field.value()),
        };
        match name {
            "assign" => {
                let agent = named(fields.agent_id, "agent_id")?;
                Ok(Self::Assign { agent, expected: fields.expected })
            }
            "label" if fields.add.is_empty() && fields.remove.is_empty() => {
                Err(ServiceError::bad_request("name labels to add or to remove"))
            }
            "label" => Ok(Self::Label { add: fields.add, remove: fields.remove }),
            "close" => Ok(Self::Close),
            "snooze" => {
                let until = named(fields.until, "until")?;
                Ok(Self::Snooze { until: until.map(|until| snooze_time(&until)).transpose()? })
            }
            _ => Err(ServiceError::bad_request("act must be assign, label, close or snooze")),
        }
    }

    fn command(&self) -> Command {
        match self {
            Self::Assign { agent, expected } => {
                Command::assign(agent.as_deref(), expected.as_ref().map(String::as_str))
            }
            Self::Label { add, remove } => Command::Label { add: add.clone(), remove: remove.clone() },
            Self::Close => Command::End,
            Self::Snooze { until } => Command::Snooze { until: *until },
        }
    }
}
