//! Decodes streamed chat completions of OpenAI and compatible servers.

use super::contract::{ChatDone, ChatItem, Finish, TokenUsage, ToolCall};
use super::own_fields::OwnFields;
use super::reasoning::ReasoningFilter;
use super::stream::EventReader;
use crate::ids;
use crate::providers::counts::completion_usage;
use crate::providers::error::ProviderError;
use crate::providers::failure::classify_in_stream;
use crate::providers::scrub::Scrubber;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::{HashSet, VecDeque};

const END: &str = "[DONE]";
/// Maximum tool calls per response.
const CALLS_MAX: usize = 64;
/// Maximum size of all tool arguments of a response.
const ARGUMENTS_MAX_BYTES: usize = 1024 * 1024;
/// The length that the strictest servers ask of the id of a call.
const CALL_ID_CHARS: usize = 9;
/// Fields that OpenAI itself gives a message and does not take back.
const NOT_SENT_BACK: [&str; 5] = ["role", "function_call", "audio", "annotations", "obfuscation"];
const NOT_A_CHUNK: ProviderError =
    ProviderError::Malformed { reason: "a piece is not JSON of the right shape" };

/// Unknown fields are ignored, and every known one may be missing or null.
#[derive(Debug, Deserialize)]
struct Chunk {
    error: Option<Value>,
    model: Option<String>,
    choices: Option<Vec<Choice>>,
    /// Read by hand: an odd count must not spoil a good answer.
    usage: Option<Value>,
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
    #[serde(flatten)]
    own: Map<String, Value>,
}

#[derive(Debug, Deserialize)]
struct CallDelta {
    /// A number, or text with some servers, or `-1` for every call.
    index: Option<Value>,
    id: Option<Value>,
    function: Option<FunctionDelta>,
    #[serde(flatten)]
    own: Map<String, Value>,
}

#[derive(Debug, Deserialize)]
struct FunctionDelta {
    name: Option<String>,
    /// A piece of JSON as text, or the whole object with some servers.
    arguments: Option<Value>,
    #[serde(flatten)]
    own: Map<String, Value>,
}

struct OpenCall {
    index: Option<String>,
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
    own_fields: OwnFields,
    own_bytes: usize,
    reasoning: ReasoningFilter,
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
            own_fields: OwnFields::default(),
            own_bytes: 0,
            reasoning: ReasoningFilter::default(),
            is_over: false,
        }
    }

    fn take_delta(&mut self, mut delta: Delta, items: &mut VecDeque<ChatItem>) -> Result<(), ProviderError> {
        delta.own.retain(|name, _| !NOT_SENT_BACK.contains(&name.as_str()));
        self.own_fields.add(delta.own, &mut self.own_bytes)?;
        let content = delta.content.map(text_of).map(|text| self.reasoning.take(&text));
        let said = content.into_iter().chain(delta.refusal);
        items.extend(said.filter(|text| !text.is_empty()).map(ChatItem::Text));
        for call in delta.tool_calls.unwrap_or_default() {
            self.take_call(call)?;
        }
        Ok(())
    }

    fn take_call(&mut self, delta: CallDelta) -> Result<(), ProviderError> {
        let id = delta.id.and_then(label).unwrap_or_default();
        let index = delta.index.and_then(label);
        let own = own_of(delta.own, delta.function.as_ref());
        let (name, piece) = delta.function.map(name_and_piece).unwrap_or_default();
        let at = match self.open_call(index.as_deref(), &id) {
            Some(at) if repeats(&self.calls[at].call, &id, &name, &piece) => return Ok(()),
            Some(at) if !starts_another(&self.calls[at].call, &name, &piece) => at,
            _ if self.calls.len() == CALLS_MAX => {
                return Err(ProviderError::Malformed { reason: "it calls too many tools" });
            }
            _ => {
                let call = ToolCall::default();
                self.calls.push(OpenCall { index, call });
                self.calls.len() - 1
            }
        };
        let call = &mut self.calls[at].call;
        call.own_fields.add(own, &mut self.own_bytes)?;
        if call.id.is_empty() {
            call.id = id;
        }
        // Some servers repeat the name in every piece.
        if call.name != name {
            call.name.push_str(&name);
        }
        self.argument_bytes += piece.len() + name.len();
        if self.argument_bytes > ARGUMENTS_MAX_BYTES {
            return Err(ProviderError::Malformed { reason: "the arguments of its calls are too large" });
        }
        call.arguments.push_str(&piece);
        Ok(())
    }

    /// The call that a piece may continue: the last one of its index, unless their ids differ.
    fn open_call(&self, index: Option<&str>, id: &str) -> Option<usize> {
        let is_other = |call: &ToolCall| !id.is_empty() && !call.id.is_empty() && call.id != id;
        let found = match index {
            Some(_) => self.calls.iter().rposition(|open| open.index.as_deref() == index),
            None => self.calls.len().checked_sub(1),
        };
        let is_named = |call: &ToolCall| index.is_some() || id.is_empty() || call.id == id;
        found.filter(|at| !is_other(&self.calls[*at].call) && is_named(&self.calls[*at].call))
    }

    /// Hands the calls out. A second call of one id gets an id of its own, so that each has its result.
    fn drain_calls(&mut self) -> Vec<ToolCall> {
        let mut seen = HashSet::new();
        let calls = self.calls.drain(..).map(|open| {
            let mut call = open.call;
            if !call.id.is_empty() && !seen.insert(call.id.clone()) {
                call.id.clear();
            }
            complete(call)
        });
        calls.collect()
    }
}

impl EventReader for CompletionReader {
    fn take(&mut self, data: &str, items: &mut VecDeque<ChatItem>) -> Result<(), ProviderError> {
        if data.trim() == END {
            // Some servers send no finish reason; the end marker counts as one.
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
        if let Some(usage) = chunk.usage.as_ref().and_then(completion_usage) {
            self.usage = Some(usage);
        }
        // One answer is asked for, so there is one choice, or none beside the usage.
        let Some(choice) = chunk.choices.unwrap_or_default().into_iter().next() else { return Ok(()) };
        if let Some(delta) = choice.delta {
            self.take_delta(delta, items)?;
        }
        if let Some(reason) = choice.finish_reason.filter(|reason| !reason.is_empty()) {
            self.finish = Some(finish_of(&reason)?);
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
        items.extend(Some(self.reasoning.finish()).filter(|text| !text.is_empty()).map(ChatItem::Text));
        items.extend(self.drain_calls().into_iter().map(ChatItem::ToolCall));
        let (model, request_id) = (self.model.take(), self.request_id.take());
        let own_fields = std::mem::take(&mut self.own_fields);
        items.push_back(ChatItem::Done(ChatDone {
            usage: self.usage,
            finish,
            model,
            request_id,
            own_fields,
        }));
    }
}

/// A call without an id gets one of ours; a call without arguments has none to give.
pub(super) fn complete(mut call: ToolCall) -> ToolCall {
    if call.id.is_empty() {
        // Some servers accept only ids of exactly 9 letters and digits. The end of the id is its random part.
        let id = ids::new_uuid().simple().to_string();
        call.id = id[id.len() - CALL_ID_CHARS..].to_owned();
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

/// A call's own fields, and those of its function below `function`.
fn own_of(mut own: Map<String, Value>, function: Option<&FunctionDelta>) -> Map<String, Value> {
    own.remove("type");
    if let Some(function) = function.filter(|function| !function.own.is_empty()) {
        own.insert("function".to_owned(), Value::Object(function.own.clone()));
    }
    own
}

fn name_and_piece(function: FunctionDelta) -> (String, String) {
    let piece = match function.arguments {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(piece)) => piece,
        Some(whole) => whole.to_string(),
    };
    (function.name.unwrap_or_default(), piece)
}

/// An index or id as text, whatever type a server gives it.
fn label(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Whether a server sent the same whole call again under its id.
fn repeats(call: &ToolCall, id: &str, name: &str, piece: &str) -> bool {
    !id.is_empty() && call.id == id && call.name == name && call.arguments == piece && is_object(piece)
}

/// Whether a named piece begins another call although index and id do not tell: `call` is whole already.
fn starts_another(call: &ToolCall, name: &str, piece: &str) -> bool {
    let can_start = !name.is_empty() && (name != call.name || piece.trim_start().starts_with('{'));
    can_start && is_object(&call.arguments)
}

fn is_object(arguments: &str) -> bool {
    arguments.trim_end().ends_with('}')
        && serde_json::from_str::<serde_json::Map<String, Value>>(arguments).is_ok()
}

/// # Errors
/// [`ProviderError::Cut`] when the reason says that the server failed: the words so far are no whole answer.
fn finish_of(reason: &str) -> Result<Finish, ProviderError> {
    Ok(match reason.to_ascii_lowercase().as_str() {
        "length" | "max_tokens" => Finish::Length,
        "tool_calls" | "function_call" => Finish::ToolCalls,
        "content_filter" => Finish::Filtered,
        "abort"
        | "aborted"
        | "cancel"
        | "cancelled"
        | "canceled"
        | "timeout"
        | "failed"
        | "failure"
        | "unavailable"
        | "insufficient_system_resource" => return Err(ProviderError::Cut),
        reason if reason == "error" || reason.ends_with("_error") => return Err(ProviderError::Cut),
        _ => Finish::Stop,
    })
}

#[cfg(test)]
#[path = "openai_stream_tests.rs"]
mod tests;
