//! Reads streamed messages as Anthropic writes them.

use super::chat::{ChatDone, ChatItem, Finish, TokenUsage, ToolCall};
use super::error::ProviderError;
use super::failure::classify_in_stream;
use super::openai_stream::complete;
use super::scrub::Scrubber;
use super::stream::EventReader;
use serde_json::Value;
use std::collections::VecDeque;

/// The most that the arguments of all calls of an answer may hold: a long document, with room.
const ARGUMENTS_MAX_BYTES: usize = 1024 * 1024;
const NOT_AN_EVENT: ProviderError = ProviderError::Malformed { reason: "an event is not JSON" };

/// Reads the events of one answer. Unknown ones are skipped, as Anthropic asks.
pub(super) struct MessageReader {
    scrubber: Scrubber,
    request_id: Option<String>,
    model: Option<String>,
    usage: Option<TokenUsage>,
    finish: Option<Finish>,
    /// Blocks come one after the other; this is the one under way, if it is a call.
    call: Option<ToolCall>,
    argument_bytes: usize,
    is_over: bool,
}

impl MessageReader {
    pub(super) fn new(scrubber: Scrubber, request_id: Option<String>) -> Self {
        Self {
            scrubber,
            request_id,
            model: None,
            usage: None,
            finish: None,
            call: None,
            argument_bytes: 0,
            is_over: false,
        }
    }

    fn start_block(&mut self, block: &Value, items: &mut VecDeque<ChatItem>) {
        self.end_block(items);
        let text = |name: &str| block[name].as_str().unwrap_or_default().to_owned();
        match block["type"].as_str() {
            Some("text") => push_text(&text("text"), items),
            Some("tool_use") => {
                self.call = Some(ToolCall { id: text("id"), name: text("name"), arguments: String::new() });
            }
            _ => {}
        }
    }

    fn take_delta(&mut self, delta: &Value, items: &mut VecDeque<ChatItem>) -> Result<(), ProviderError> {
        match delta["type"].as_str() {
            Some("text_delta") => push_text(delta["text"].as_str().unwrap_or_default(), items),
            Some("input_json_delta") => {
                let piece = delta["partial_json"].as_str().unwrap_or_default();
                self.argument_bytes += piece.len();
                if self.argument_bytes > ARGUMENTS_MAX_BYTES {
                    let reason = "the arguments of its calls are too large";
                    return Err(ProviderError::Malformed { reason });
                }
                if let Some(call) = &mut self.call {
                    call.arguments.push_str(piece);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn end_block(&mut self, items: &mut VecDeque<ChatItem>) {
        items.extend(self.call.take().map(|call| ChatItem::ToolCall(complete(call))));
    }

    /// The prompt is counted at the beginning and the answer at the end; later numbers replace earlier ones.
    fn take_usage(&mut self, usage: &Value) {
        if !usage.is_object() {
            return;
        }
        let count = |name: &str| usage[name].as_u64();
        let total = self.usage.get_or_insert_default();
        if let Some(plain) = count("input_tokens") {
            let cached = count("cache_read_input_tokens").unwrap_or_default();
            let written = count("cache_creation_input_tokens").unwrap_or_default();
            total.input_tokens = plain.saturating_add(cached).saturating_add(written);
            total.cached_input_tokens = cached;
        }
        if let Some(output) = count("output_tokens") {
            total.output_tokens = output;
        }
    }
}

impl EventReader for MessageReader {
    fn take(&mut self, data: &str, items: &mut VecDeque<ChatItem>) -> Result<(), ProviderError> {
        let event: Value = serde_json::from_str(data).map_err(|_| NOT_AN_EVENT)?;
        match event["type"].as_str() {
            Some("message_start") => {
                let message = &event["message"];
                self.model = message["model"].as_str().and_then(|model| self.scrubber.name(model));
                self.take_usage(&message["usage"]);
            }
            Some("content_block_start") => self.start_block(&event["content_block"], items),
            Some("content_block_delta") => self.take_delta(&event["delta"], items)?,
            Some("content_block_stop") => self.end_block(items),
            Some("message_delta") => {
                self.take_usage(&event["usage"]);
                if let Some(reason) = event["delta"]["stop_reason"].as_str() {
                    self.finish = Some(finish_of(reason));
                }
            }
            Some("message_stop") => {
                self.finish.get_or_insert(Finish::Stop);
                self.is_over = true;
            }
            Some("error") => return Err(classify_in_stream(&event["error"], &self.scrubber)),
            _ => {}
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
        self.end_block(items);
        let finish = self.finish.unwrap_or(Finish::Stop);
        let (model, request_id) = (self.model.take(), self.request_id.take());
        items.push_back(ChatItem::Done(ChatDone { usage: self.usage, finish, model, request_id }));
    }
}

fn push_text(text: &str, items: &mut VecDeque<ChatItem>) {
    if !text.is_empty() {
        items.push_back(ChatItem::Text(text.to_owned()));
    }
}

fn finish_of(reason: &str) -> Finish {
    match reason {
        "max_tokens" | "model_context_window_exceeded" => Finish::Length,
        "tool_use" => Finish::ToolCalls,
        "refusal" => Finish::Filtered,
        _ => Finish::Stop,
    }
}
