//! Decodes streamed messages of Anthropic's Messages API.

use super::anthropic_request::{BLOCKS, call_block};
use super::contract::{ChatDone, ChatItem, Finish, TokenUsage, ToolCall};
use super::openai_stream::complete;
use super::own_fields::OwnFields;
use super::stream::EventReader;
use crate::providers::counts::token_count;
use crate::providers::error::ProviderError;
use crate::providers::failure::classify_in_stream;
use crate::providers::scrub::Scrubber;
use serde_json::Value;
use std::collections::VecDeque;

/// Maximum size of all tool arguments of a response.
const ARGUMENTS_MAX_BYTES: usize = 1024 * 1024;
/// Maximum size of the text and reasoning of a response.
const BLOCKS_MAX_BYTES: usize = 4 * 1024 * 1024;
const NOT_AN_EVENT: ProviderError = ProviderError::Malformed { reason: "an event is not JSON" };

/// Reads the events of one answer. Unknown ones are skipped, as Anthropic asks.
pub(super) struct MessageReader {
    scrubber: Scrubber,
    request_id: Option<String>,
    model: Option<String>,
    counted: Counted,
    finish: Option<Finish>,
    /// Blocks come one after the other; this is the one under way, if it is a call.
    call: Option<ToolCall>,
    /// Every block as it came, the last one under way.
    blocks: Vec<Value>,
    /// Whether one of them is more than words and calls, so that all of them go back.
    has_own_blocks: bool,
    argument_bytes: usize,
    block_bytes: usize,
    is_over: bool,
}

impl MessageReader {
    pub(super) fn new(scrubber: Scrubber, request_id: Option<String>) -> Self {
        Self {
            scrubber,
            request_id,
            model: None,
            counted: Counted::default(),
            finish: None,
            call: None,
            blocks: Vec::new(),
            has_own_blocks: false,
            argument_bytes: 0,
            block_bytes: 0,
            is_over: false,
        }
    }

    fn start_block(&mut self, block: &Value, items: &mut VecDeque<ChatItem>) {
        self.end_block(items);
        self.blocks.push(block.clone());
        let text = |name: &str| block[name].as_str().unwrap_or_default().to_owned();
        match block["type"].as_str() {
            Some("text") => push_text(&text("text"), items),
            Some("tool_use") => {
                self.call = Some(ToolCall { id: text("id"), name: text("name"), ..ToolCall::default() });
            }
            _ => self.has_own_blocks = true,
        }
    }

    fn take_delta(&mut self, delta: &Value, items: &mut VecDeque<ChatItem>) -> Result<(), ProviderError> {
        self.append_delta(delta)?;
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

    /// Adds a piece to the block under way, as it will go back.
    fn append_delta(&mut self, delta: &Value) -> Result<(), ProviderError> {
        let Some(block) = self.blocks.last_mut().and_then(Value::as_object_mut) else { return Ok(()) };
        for name in ["text", "thinking", "signature", "data"] {
            let Some(piece) = delta[name].as_str() else { continue };
            self.block_bytes += piece.len();
            if self.block_bytes > BLOCKS_MAX_BYTES {
                return Err(ProviderError::Malformed { reason: "its blocks are too large" });
            }
            match block.get_mut(name) {
                Some(Value::String(before)) => before.push_str(piece),
                _ => drop(block.insert(name.to_owned(), piece.into())),
            }
        }
        if let Some(citation) = delta.get("citation") {
            let list = block.entry("citations").or_insert_with(|| Value::Array(Vec::new()));
            list.as_array_mut().into_iter().for_each(|list| list.push(citation.clone()));
        }
        Ok(())
    }

    fn end_block(&mut self, items: &mut VecDeque<ChatItem>) {
        let Some(call) = self.call.take().map(complete) else { return };
        // Send id and arguments back in the common shape.
        if let Some(block) = self.blocks.last_mut() {
            *block = call_block(&call);
        }
        items.push_back(ChatItem::ToolCall(call));
    }

    /// The blocks of the message, where there is more in them than words and calls.
    fn own_fields(&mut self) -> OwnFields {
        let is_blank = |block: &Value| {
            block["type"] == "text" && block["text"].as_str().is_none_or(|text| text.trim().is_empty())
        };
        let mut blocks = std::mem::take(&mut self.blocks);
        blocks.retain(|block| !is_blank(block));
        if self.has_own_blocks { OwnFields::one(BLOCKS, Value::Array(blocks)) } else { OwnFields::default() }
    }
}

/// What was counted so far; `None` is not known, or makes no sense.
#[derive(Default)]
struct Counted {
    input: Option<u64>,
    cached: u64,
    output: Option<u64>,
}

impl Counted {
    /// The prompt is counted at the beginning and the answer at the end. Numbers only grow: where both ends count the
    /// prompt, some servers say 0 at one of them.
    fn take(&mut self, usage: &Value) {
        let count = |name: &str| usage.get(name).filter(|value| !value.is_null()).map(token_count);
        let (read, written) = (count("cache_read_input_tokens"), count("cache_creation_input_tokens"));
        if let Some(plain) = count("input_tokens").flatten() {
            let cached = read.flatten().unwrap_or_default();
            let input = plain + cached + written.flatten().unwrap_or_default();
            if self.input.is_none_or(|before| input > before) {
                (self.input, self.cached) = (Some(input), cached);
            }
        }
        if let Some(output) = count("output_tokens") {
            // An impossible count means that the end is unknown.
            self.output = output.map(|output| output.max(self.output.unwrap_or_default()));
        }
    }

    fn usage(&self) -> Option<TokenUsage> {
        let (input_tokens, output_tokens) = self.input.zip(self.output)?;
        Some(TokenUsage { input_tokens, output_tokens, cached_input_tokens: self.cached })
    }
}

impl EventReader for MessageReader {
    fn take(&mut self, data: &str, items: &mut VecDeque<ChatItem>) -> Result<(), ProviderError> {
        let event: Value = serde_json::from_str(data).map_err(|_| NOT_AN_EVENT)?;
        match event["type"].as_str() {
            Some("message_start") => {
                let message = &event["message"];
                self.model = message["model"].as_str().and_then(|model| self.scrubber.name(model));
                self.counted.take(&message["usage"]);
            }
            Some("content_block_start") => self.start_block(&event["content_block"], items),
            Some("content_block_delta") => self.take_delta(&event["delta"], items)?,
            Some("content_block_stop") => self.end_block(items),
            Some("message_delta") => {
                self.counted.take(&event["usage"]);
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
        let (usage, own_fields) = (self.counted.usage(), self.own_fields());
        items.push_back(ChatItem::Done(ChatDone { usage, finish, model, request_id, own_fields }));
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn done(usages: [Value; 2]) -> ChatDone {
        let mut reader = MessageReader::new(Scrubber::new(None), None);
        let mut items = VecDeque::new();
        let [start, end] = usages;
        for event in [
            json!({ "type": "message_start", "message": { "usage": start } }),
            json!({ "type": "content_block_start", "content_block": { "type": "text", "text": "At nine." } }),
            json!({ "type": "message_delta", "delta": { "stop_reason": "end_turn" }, "usage": end }),
            json!({ "type": "message_stop" }),
        ] {
            reader.take(&event.to_string(), &mut items).unwrap();
        }
        reader.finish(&mut items);
        match items.pop_back() {
            Some(ChatItem::Done(done)) => done,
            other => panic!("the answer has no end: {other:?}"),
        }
    }

    #[test]
    fn tokens_of_the_cache_are_part_of_the_input_whenever_they_are_counted() {
        let cached = json!({ "input_tokens": 10, "cache_read_input_tokens": 70, "cache_creation_input_tokens": 20, "output_tokens": 1 });
        let nothing = json!({ "input_tokens": 0, "output_tokens": 0 });
        for usages in [
            [cached.clone(), json!({ "output_tokens": 5 })],
            [
                nothing.clone(),
                json!({ "input_tokens": 10, "cache_read_input_tokens": 70, "cache_creation_input_tokens": 20, "output_tokens": 5 }),
            ],
            [
                cached.clone(),
                json!({ "input_tokens": 0, "cache_read_input_tokens": null, "output_tokens": 5 }),
            ],
            [cached.clone(), json!({ "input_tokens": -3, "output_tokens": "5" })],
        ] {
            let usage = done(usages.clone()).usage;

            let expected = TokenUsage { input_tokens: 100, output_tokens: 5, cached_input_tokens: 70 };
            assert_eq!(usage, Some(expected), "{usages:?}");
        }
    }

    #[test]
    fn counts_that_make_no_sense_are_no_counts_and_spoil_no_answer() {
        for usages in [
            [json!(null), json!(null)],
            [json!("none"), json!([1])],
            [json!({ "input_tokens": "many", "output_tokens": 1 }), json!({ "output_tokens": 5 })],
            [json!({ "input_tokens": 10, "output_tokens": 1 }), json!({ "output_tokens": -5 })],
        ] {
            assert_eq!(done(usages.clone()).usage, None, "{usages:?}");
        }
        let odd_cache = json!({ "input_tokens": 10, "cache_read_input_tokens": -4, "output_tokens": 1 });
        let usage = done([odd_cache, json!({ "output_tokens": 5.2 })]).usage;
        assert_eq!(usage, Some(TokenUsage { input_tokens: 10, output_tokens: 6, cached_input_tokens: 0 }));
    }
}
