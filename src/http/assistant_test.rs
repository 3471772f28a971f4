//! Handlers of the test chat, and of the words that hand over.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::api::Api;
use super::body::Body;
use super::caller::{Caller, Id};
use super::enums::{HandoffWordsSource, TurnOutcome as TurnOutcomeWord};
use super::error::ApiError;
use super::knowledge_views::PassageView;
use crate::assistant::{HandoffTest, Line, TestAnswer, TestQuestion, TracedCall, TracedTool};
use crate::providers::{ChatMessage, Part};

/// Who says a line of a test chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum TestRole {
    /// The visitor.
    Visitor,
    /// The assistant, as it has answered.
    Assistant,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TestLine {
    role: TestRole,
    text: String,
}

/// A question to a channel's assistant.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AssistantTestBody {
    /// The chat, the oldest message first, at most 40; the last is the visitor's question.
    messages: Vec<TestLine>,
    /// The language of the visitor's browser, where no message shows one.
    #[serde(default)]
    locale: Option<String>,
    /// Runs tools that change something or reach somebody too, marked as a test; otherwise the model is told that they
    /// were not run.
    #[serde(default)]
    run_all_tools: bool,
}

/// One message of a prompt, as the model got it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PromptMessage {
    /// `system`, `user`, `assistant` or `tool`.
    role: &'static str,
    /// Its text; pictures are named.
    text: String,
    /// Tools that the model called in it, with their arguments.
    tool_calls: Vec<PromptToolCall>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PromptToolCall {
    name: String,
    arguments: String,
}

/// One call to a model.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TestCall {
    provider: String,
    model: String,
    /// The prompt as it was sent.
    messages: Vec<PromptMessage>,
    /// The names of the tools that were offered.
    tools: Vec<String>,
    input_tokens: Option<u64>,
    cached_input_tokens: Option<u64>,
    output_tokens: Option<u64>,
    cost_usd: Option<f64>,
    latency_ms: Option<u64>,
    first_token_ms: Option<u64>,
    /// Whether the counts are estimated, as the provider gave none.
    estimate: bool,
    /// Why it failed, or was not made.
    error: Option<String>,
}

/// One call of a tool.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TestToolCall {
    name: String,
    arguments: String,
    /// What the model was told.
    #[schema(value_type = Value)]
    result: Value,
    /// Whether it was run at all.
    run: bool,
    success: bool,
    duration_ms: i64,
}

/// What came of a question in the test chat, and what went into it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AssistantTestAnswer {
    #[schema(value_type = TurnOutcomeWord)]
    outcome: &'static str,
    /// Why a person would be asked for, or the code of the failure.
    reason: Option<String>,
    /// The words that hand over before the assistant is asked, where words do.
    words: Vec<String>,
    /// What the visitor would read.
    text: String,
    /// Sources, choices and cards of the answer.
    #[schema(value_type = Option<Object>)]
    metadata: Value,
    /// The language it was answered in.
    language: &'static str,
    latency_ms: u64,
    input_tokens: u64,
    output_tokens: u64,
    cost_usd: f64,
    /// The passages in the prompt, or of which the answer was made, best match first.
    passages: Vec<PassageView>,
    /// Every call to a model, in order; those that failed too.
    calls: Vec<TestCall>,
    /// Every call of a tool, in order.
    tools: Vec<TestToolCall>,
}

impl From<&ChatMessage> for PromptMessage {
    fn from(message: &ChatMessage) -> Self {
        let plain = |role, text: String| Self { role, text, tool_calls: Vec::new() };
        match message {
            ChatMessage::System(text) => plain("system", text.clone()),
            ChatMessage::User(parts) => {
                let part = |part: &Part| match part {
                    Part::Text(text) => text.clone(),
                    Part::Image { content_type, bytes } => format!("[{content_type}, {} bytes]", bytes.len()),
                };
                plain("user", parts.iter().map(part).collect::<Vec<_>>().join("\n"))
            }
            ChatMessage::Assistant { text, tool_calls, .. } => {
                let call = |call: &crate::providers::ToolCall| PromptToolCall {
                    name: call.name.clone(),
                    arguments: call.arguments.clone(),
                };
                Self {
                    role: "assistant",
                    text: text.clone(),
                    tool_calls: tool_calls.iter().map(call).collect(),
                }
            }
            ChatMessage::Tool { content, .. } => plain("tool", content.clone()),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "money for people to read")]
impl From<TracedCall> for TestCall {
    fn from(call: TracedCall) -> Self {
        let number = |field: &str| call.numbers[field].as_u64();
        Self {
            messages: call.messages.iter().map(PromptMessage::from).collect(),
            input_tokens: number("input_tokens"),
            cached_input_tokens: number("cached_input_tokens"),
            output_tokens: number("output_tokens"),
            cost_usd: number("cost_nano_usd").map(|cost| cost as f64 / 1e9),
            latency_ms: number("latency_ms"),
            first_token_ms: number("first_token_ms"),
            estimate: call.numbers["is_estimate"] == true,
            provider: call.provider,
            model: call.model,
            tools: call.tools,
            error: call.error,
        }
    }
}

impl From<TracedTool> for TestToolCall {
    fn from(tool: TracedTool) -> Self {
        Self {
            name: tool.name,
            arguments: tool.arguments,
            result: tool.result,
            run: tool.is_run,
            success: tool.is_success,
            duration_ms: tool.duration_ms,
        }
    }
}

impl From<TestAnswer> for AssistantTestAnswer {
    fn from(answer: TestAnswer) -> Self {
        let usage = answer.usage.unwrap_or_default();
        let number = |field: &str| usage[field].as_u64().unwrap_or(0);
        Self {
            outcome: answer.outcome.as_str(),
            reason: answer.reason,
            words: answer.words,
            text: answer.text,
            metadata: answer.metadata,
            language: answer.language,
            latency_ms: answer.latency_ms,
            input_tokens: number("input_tokens"),
            output_tokens: number("output_tokens"),
            cost_usd: usage["cost_usd"].as_f64().unwrap_or(0.0),
            passages: answer.trace.passages.iter().map(PassageView::from).collect(),
            calls: answer.trace.calls.into_iter().map(TestCall::from).collect(),
            tools: answer.trace.tools.into_iter().map(TestToolCall::from).collect(),
        }
    }
}

/// Ask a channel's assistant as a visitor would, and see what went into the answer. It is no conversation, but what it
/// asks of models is counted and limited as any use.
#[utoipa::path(post, path = "/channels/{id}/assistant/test", tag = "assistant", params(("id" = String, Path)),
    request_body = AssistantTestBody,
    responses((status = 200, description = "what came of it", body = AssistantTestAnswer)))]
pub(super) async fn ask(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
    body: Body<AssistantTestBody>,
) -> Result<Json<AssistantTestAnswer>, ApiError> {
    let AssistantTestBody { messages, locale, run_all_tools } = body.value;
    let line = |line: TestLine| Line { is_assistant: line.role == TestRole::Assistant, text: line.text };
    let question = TestQuestion {
        lines: messages.into_iter().map(line).collect(),
        locale,
        runs_all_tools: run_all_tools,
    };
    let answer = api.assistant.try_out(&caller.principal, id.channel()?, question).await?;
    Ok(Json(answer.into()))
}

/// A sentence that a visitor might write.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct HandoffTestBody {
    text: String,
    /// Words of the channel that are not saved yet; without them its own. Empty inherits.
    #[serde(default)]
    handoff_words: Option<Vec<String>>,
}

/// Whether a sentence hands over, by the same rules as live.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HandoffTestAnswer {
    hands_over: bool,
    /// `words`: before the assistant is asked; `high_priority`, `sentiment` or `open_tickets`: the assistant asks for a
    /// person instead of answering; null where it answers.
    reason: Option<&'static str>,
    /// The words of the sentence that decide it, as they are configured.
    words: Vec<String>,
    /// Whose words ask for a person: `channel`, `org`, or `built_in` where neither has any.
    words_of: &'static str,
    /// Whether the channel offers people at all.
    handoff_enabled: bool,
}

/// Say whether a sentence of a visitor would hand over to a person, and by which words.
#[utoipa::path(post, path = "/channels/{id}/handoff-test", tag = "channels", params(("id" = String, Path)),
    request_body = HandoffTestBody,
    responses((status = 200, description = "whether it hands over", body = HandoffTestAnswer)))]
pub(super) async fn handoff(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
    body: Body<HandoffTestBody>,
) -> Result<Json<HandoffTestAnswer>, ApiError> {
    let HandoffTestBody { text, handoff_words } = body.value;
    let test = HandoffTest { text, handoff_words };
    let verdict = api.assistant.test_handoff(&caller.principal, id.channel()?, test).await?;
    Ok(Json(HandoffTestAnswer {
        hands_over: verdict.reason.is_some(),
        reason: verdict.reason,
        words: verdict.words,
        words_of: verdict.words_of,
        handoff_enabled: verdict.handoff_enabled,
    }))
}

/// The words that hold in a channel without words of its own.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HandoffWordsAnswer {
    inherited: Vec<String>,
    /// `org`, or `built_in` where the org has none either.
    #[schema(value_type = HandoffWordsSource)]
    inherited_from: &'static str,
}

/// Read the words that hold in a channel without words of its own.
#[utoipa::path(get, path = "/channels/{id}/handoff-words", tag = "channels", params(("id" = String, Path)),
    responses((status = 200, description = "the inherited words", body = HandoffWordsAnswer)))]
pub(super) async fn handoff_words(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
) -> Result<Json<HandoffWordsAnswer>, ApiError> {
    let (inherited, inherited_from) =
        api.assistant.inherited_handoff_words(&caller.principal, id.channel()?).await?;
    Ok(Json(HandoffWordsAnswer { inherited, inherited_from }))
}
