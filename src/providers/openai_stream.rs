//! Reads streamed chat completions, as OpenAI writes them and as compatible servers vary them.

use super::chat::{ChatDone, ChatItem, Finish, TokenUsage, ToolCall};
use super::error::ProviderError;
use super::failure::classify_in_stream;
use super::scrub::Scrubber;
use super::stream::EventReader;
use crate::ids;
use serde::Deserialize;
use serde_json::Value;
use std::collections::VecDeque;

const END: &str = "[DONE]";
/// More calls at once than any model makes sense of.
const CALLS_MAX: usize = 64;
/// The most that the arguments of all calls of an answer may hold: a long document, with room.
const ARGUMENTS_MAX_BYTES: usize = 1024 * 1024;
const NOT_A_CHUNK: ProviderError =
    ProviderError::Malformed { reason: "a piece is not JSON of the right shape" };

/// Unknown fields are ignored, and every known one may be missing or null.
#[derive(Debug, Deserialize)]
struct Chunk {
    error: Option<Value>,
    model: Option<String>,
    choices: Option<Vec<Choice>>,
    usage: Option<Usage>,
}

#[derive(Debug, Deserialize)]
struct Choice {
    /// An answer that came whole has a message instead.
    #[serde(alias = "message")]
    delta: Option<Delta>,
    finish_reason: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Delta {
    /// Text, or parts of text with some servers.
    content: Option<Value>,
    /// The model's own words for not answering.
    refusal: Option<String>,
    tool_calls: Option<Vec<CallDelta>>,
}

#[derive(Debug, Deserialize)]
struct CallDelta {
    index: Option<u64>,
    id: Option<String>,
    function: Option<FunctionDelta>,
}

#[derive(Debug, Deserialize)]
struct FunctionDelta {
    name: Option<String>,
    /// A piece of JSON as text, or the whole object with some servers.
    arguments: Option<Value>,
}

#[derive(Debug, Deserialize)]
struct Usage {
    prompt_tokens: Option<u64>,
    completion_tokens: Option<u64>,
    prompt_tokens_details: Option<PromptDetails>,
}

#[derive(Debug, Deserialize)]
struct PromptDetails {
    cached_tokens: Option<u64>,
}

struct OpenCall {
    index: Option<u64>,
    call: ToolCall,
}

/// Reads the chunks of one answer.
pub(super) struct CompletionReader {
    scrubber: Scrubber,
    request_id: Option<String>,
    model: Option<String>,
    usage: Option<TokenUsage>,
    finish: Option<Finish>,
    calls: Vec<OpenCall>,
    argument_bytes: usize,
    is_over: bool,
}

impl CompletionReader {
    pub(super) fn new(scrubber: Scrubber, request_id: Option<String>) -> Self {
        Self {
            scrubber,
            request_id,
            model: None,
            usage: None,
            finish: None,
            calls: Vec::new(),
            argument_bytes: 0,
            is_over: false,
        }
    }

    fn take_delta(&mut self, delta: Delta, items: &mut VecDeque<ChatItem>) -> Result<(), ProviderError> {
        let said = delta.content.map(text_of).into_iter().chain(delta.refusal);
        items.extend(said.filter(|text| !text.is_empty()).map(ChatItem::Text));
        for call in delta.tool_calls.unwrap_or_default() {
            self.take_call(call)?;
        }
        Ok(())
    }

    fn take_call(&mut self, delta: CallDelta) -> Result<(), ProviderError> {
        let id = delta.id.unwrap_or_default();
        let at = match self.open_call(delta.index, &id) {
            Some(at) => {
                if self.calls[at].call.id.is_empty() {
                    self.calls[at].call.id = id;
                }
                at
            }
            None if self.calls.len() == CALLS_MAX => {
                return Err(ProviderError::Malformed { reason: "it calls too many tools" });
            }
            None => {
                let call = ToolCall { id, name: String::new(), arguments: String::new() };
                self.calls.push(OpenCall { index: delta.index, call });
                self.calls.len() - 1
            }
        };
        let call = &mut self.calls[at].call;
        let Some(function) = delta.function else { return Ok(()) };
        let name = function.name.unwrap_or_default();
        // Some servers repeat the name in every piece.
        if call.name != name {
            call.name.push_str(&name);
        }
        let piece = match function.arguments {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(piece)) => piece,
            Some(whole) => whole.to_string(),
        };
        self.argument_bytes += piece.len() + name.len();
        if self.argument_bytes > ARGUMENTS_MAX_BYTES {
            return Err(ProviderError::Malformed { reason: "the arguments of its calls are too large" });
        }
        call.arguments.push_str(&piece);
        Ok(())
    }

    /// The call a piece belongs to. Servers that send whole calls may give all of them one index, but never one id.
    fn open_call(&self, index: Option<u64>, id: &str) -> Option<usize> {
        let is_other = |call: &ToolCall| !id.is_empty() && !call.id.is_empty() && call.id != id;
        let found = match index {
            Some(_) => self.calls.iter().rposition(|open| open.index == index),
            None => self.calls.len().checked_sub(1),
        };
        let is_named = |call: &ToolCall| index.is_some() || id.is_empty() || call.id == id;
        found.filter(|at| !is_other(&self.calls[*at].call) && is_named(&self.calls[*at].call))
    }
}

impl EventReader for CompletionReader {
    fn take(&mut self, data: &str, items: &mut VecDeque<ChatItem>) -> Result<(), ProviderError> {
        if data.trim() == END {
            // Some servers give no reason for the end at all; the marker is one.
            self.finish.get_or_insert(Finish::Stop);
            self.is_over = true;
            return Ok(());
        }
        if data.trim().is_empty() {
            return Ok(());
        }
        let chunk: Chunk = serde_json::from_str(data).map_err(|_| NOT_A_CHUNK)?;
        if let Some(error) = chunk.error.filter(|error| !error.is_null()) {
            return Err(classify_in_stream(&error, &self.scrubber));
        }
        if self.model.is_none() {
            self.model = chunk.model.and_then(|model| self.scrubber.name(&model));
        }
        if let Some(usage) = chunk.usage {
            self.usage = Some(TokenUsage {
                input_tokens: usage.prompt_tokens.unwrap_or_default(),
                output_tokens: usage.completion_tokens.unwrap_or_default(),
                cached_input_tokens: usage
                    .prompt_tokens_details
                    .and_then(|details| details.cached_tokens)
                    .unwrap_or_default(),
            });
        }
        // One answer is asked for, so there is one choice, or none beside the usage.
        let Some(choice) = chunk.choices.unwrap_or_default().into_iter().next() else { return Ok(()) };
        if let Some(delta) = choice.delta {
            self.take_delta(delta, items)?;
        }
        if let Some(reason) = choice.finish_reason.filter(|reason| !reason.is_empty()) {
            self.finish = Some(finish_of(&reason));
        }
        Ok(())
    }

    fn is_over(&self) -> bool {
        self.is_over
    }

    fn is_finished(&self) -> bool {
        self.finish.is_some()
    }

    fn finish(&mut self, items: &mut VecDeque<ChatItem>) {
        let mut finish = self.finish.unwrap_or(Finish::Stop);
        // Some servers say "stop" where they mean their calls.
        if finish == Finish::Stop && !self.calls.is_empty() {
            finish = Finish::ToolCalls;
        }
        items.extend(self.calls.drain(..).map(|open| ChatItem::ToolCall(complete(open.call))));
        let (model, request_id) = (self.model.take(), self.request_id.take());
        items.push_back(ChatItem::Done(ChatDone { usage: self.usage, finish, model, request_id }));
    }
}

/// A call without an id gets one of ours; a call without arguments has none to give.
pub(super) fn complete(mut call: ToolCall) -> ToolCall {
    if call.id.is_empty() {
        call.id = format!("call_{}", ids::new_uuid().simple());
    }
    if call.arguments.trim().is_empty() {
        "{}".clone_into(&mut call.arguments);
    }
    call
}

fn text_of(content: Value) -> String {
    match content {
        Value::String(text) => text,
        Value::Array(parts) => parts.iter().filter_map(|part| part["text"].as_str()).collect(),
        _ => String::new(),
    }
}

fn finish_of(reason: &str) -> Finish {
    match reason {
        "length" | "max_tokens" => Finish::Length,
        "tool_calls" | "function_call" => Finish::ToolCalls,
        "content_filter" => Finish::Filtered,
        _ => Finish::Stop,
    }
}
