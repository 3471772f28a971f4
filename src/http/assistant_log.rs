//! Handlers of the assistant's log.

use axum::Json;
use axum::extract::State;
use rooms::{ChannelId, ConversationId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::api::Api;
use super::body::Asked;
use super::caller::Caller;
use super::enums::TurnOutcome as TurnOutcomeWord;
use super::error::ApiError;
use super::pagination::{List, cut, lenient_after, limit};
use super::ratings::moment;
use crate::model::{AssistantTurn, AssistantTurnFilter, TurnOutcome};
use crate::wire::{WireError, rfc3339};

const TOOL_MAX_CHARS: usize = 64;

/// One turn of the assistant.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AssistantTurn)]
pub(super) struct AssistantTurnView {
    id: String,
    /// When it began.
    at: String,
    channel_id: String,
    /// The conversation; null for a question of the test chat.
    conversation_id: Option<String>,
    /// The id of the answer in the conversation; null where there is none.
    entry_id: Option<String>,
    #[schema(value_type = TurnOutcomeWord)]
    outcome: String,
    /// Why a person was asked for, or the code of the failure.
    reason: Option<String>,
    /// The kind of the provider that was asked last; `knowledge` where no model was.
    provider: Option<String>,
    model: Option<String>,
    /// How often a model was asked.
    calls: i64,
    input_tokens: i64,
    cached_input_tokens: i64,
    output_tokens: i64,
    cost_usd: f64,
    /// Whether the counts are estimated, as the provider gave none.
    estimate: bool,
    /// From its begin to its end.
    latency_ms: i64,
    /// From its begin to the first word.
    first_word_ms: Option<i64>,
    /// Names of the tools that were called, in order.
    tools: Vec<String>,
    /// How many passages of the knowledge stood in the prompt, or made the answer.
    passages: i64,
    /// What the visitor thinks of the answer: 1, -1 or null.
    thumb: Option<i64>,
    /// How the visitor rated the conversation, 1 to 5.
    rating: Option<i64>,
}

#[expect(clippy::cast_precision_loss, reason = "money for people to read")]
impl From<AssistantTurn> for AssistantTurnView {
    fn from(turn: AssistantTurn) -> Self {
        Self {
            id: turn.id.to_string(),
            at: rfc3339(Timestamp(turn.created_at)),
            channel_id: turn.channel_id.to_string(),
            conversation_id: turn.conversation_id.map(|id| id.to_string()),
            entry_id: turn.entry_id.map(|id| id.to_string()),
            outcome: turn.outcome,
            reason: turn.reason,
            provider: turn.provider,
            model: turn.model,
            calls: turn.call_count,
            input_tokens: turn.input_tokens,
            cached_input_tokens: turn.cached_input_tokens,
            output_tokens: turn.output_tokens,
            cost_usd: turn.cost_nano_usd as f64 / 1e9,
            estimate: turn.is_estimate,
            latency_ms: turn.latency_ms,
            first_word_ms: turn.first_word_ms,
            tools: names(&turn.tools),
            passages: turn.passage_count,
            thumb: turn.thumb,
            rating: turn.rating,
        }
    }
}

fn names(json: &str) -> Vec<String> {
    let names: Vec<Value> = serde_json::from_str(json).unwrap_or_default();
    names.into_iter().filter_map(|name| name.as_str().map(str::to_owned)).collect()
}

/// Which turns.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct TurnsQuery {
    /// Only turns that ended so: `answered`, `held`, `handed_over`, `failed` or `superseded`.
    outcome: Option<String>,
    /// Only turns of this channel.
    channel_id: Option<String>,
    /// Only turns in this conversation.
    conversation_id: Option<String>,
    /// Only turns that called this tool.
    tool: Option<String>,
    /// Only turns whose answer the visitor rated so: 1 or -1.
    thumb: Option<i64>,
    /// Only questions of the test chat, or only turns in conversations.
    test: Option<bool>,
    /// Only from this moment on, as RFC 3339, or from the beginning of this day (UTC).
    from: Option<String>,
    /// Only before this moment or day.
    to: Option<String>,
    /// The `next_cursor` of the previous page.
    cursor: Option<String>,
    /// Maximum number of items: 50 by default, at most 200.
    limit: Option<u32>,
}

impl TurnsQuery {
    fn filter(self, limit: i64) -> Result<AssistantTurnFilter, WireError> {
        let given = |text: Option<String>| text.filter(|text| !text.is_empty());
        let outcome = given(self.outcome).map(|name| TurnOutcome::parse(&name).ok_or_else(bad_outcome));
        let tool = given(self.tool).unwrap_or_default();
        if tool.chars().count() > TOOL_MAX_CHARS {
            return Err(WireError::bad_request("tool must be the name of a tool"));
        }
        if self.thumb.is_some_and(|thumb| thumb.abs() != 1) {
            return Err(WireError::bad_request("thumb must be 1 or -1"));
        }
        // Text that is not an id becomes an id that does not exist.
        let channel = given(self.channel_id).map(|id| id.parse().unwrap_or(ChannelId(0)));
        let conversation = given(self.conversation_id).map(|id| id.parse().unwrap_or(ConversationId(0)));
        Ok(AssistantTurnFilter {
            outcome: outcome.transpose()?,
            channel,
            conversation,
            tool,
            thumb: self.thumb,
            is_test: self.test,
            from: moment("from", self.from.as_deref())?,
            to: moment("to", self.to.as_deref())?,
            before: lenient_after(self.cursor.as_deref()),
            limit: limit + 1,
        })
    }
}

fn bad_outcome() -> WireError {
    WireError::bad_request("outcome must be answered, held, handed_over, failed or superseded")
}

/// List turns of the assistant, newest first.
#[utoipa::path(get, path = "/assistant/turns", tag = "assistant", params(TurnsQuery),
    responses((status = 200, description = "a page of turns", body = List<AssistantTurnView>)))]
pub(super) async fn list(
    State(api): State<Api>,
    caller: Caller,
    Asked(asked): Asked<TurnsQuery>,
) -> Result<Json<List<AssistantTurnView>>, ApiError> {
    let limit = limit(asked.limit);
    let filter = asked.filter(limit)?;
    let found = api.assistant.turns_for(&caller.principal, &filter).await?;
    let (items, next_cursor) = cut(found, limit, |turn| turn.id.to_string());
    Ok(Json(List { items: items.into_iter().map(AssistantTurnView::from).collect(), next_cursor }))
}
