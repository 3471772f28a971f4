//! Anthropic's Messages API.

use super::frames::Frame;
use super::reply::{Reply, ScriptedUsage};
use serde_json::{Value, json};

/// The frames of a streamed answer.
pub(super) fn frames(reply: &Reply, number: usize, model: &str) -> Vec<Frame> {
    let mut message = head(number, model);
    message["content"] = json!([]);
    message["stop_reason"] = Value::Null;
    if let Some(usage) = reply.usage {
        message["usage"] = usage_json(usage, 1);
    }
    let mut frames = vec![
        Frame::Fixed(event("message_start", json!({ "message": message }))),
        Frame::Fixed(event("ping", json!({}))),
    ];
    let mut index = 0;
    if !reply.pieces.is_empty() {
        let block = json!({ "type": "text", "text": "" });
        let deltas = reply.pieces.iter().map(|piece| json!({ "type": "text_delta", "text": piece }));
        push_block(&mut frames, index, &block, deltas);
        index += 1;
    }
    for call in &reply.calls {
        let block = json!({ "type": "tool_use", "id": call.id, "name": call.name, "input": {} });
        let pieces = reply.call_pieces(call);
        let deltas =
            pieces.into_iter().map(|piece| json!({ "type": "input_json_delta", "partial_json": piece }));
        push_block(&mut frames, index, &block, deltas);
        index += 1;
    }
    let delta = json!({ "stop_reason": stop_reason(reply), "stop_sequence": null });
    let mut last = json!({ "delta": delta });
    if let Some(usage) = reply.usage {
        last["usage"] = json!({ "output_tokens": usage.output });
    }
    frames.push(Frame::Fixed(event("message_delta", last)));
    frames.push(Frame::End(event("message_stop", json!({}))));
    frames
}

/// An answer in one piece.
pub(super) fn whole(reply: &Reply, number: usize, model: &str) -> Value {
    let mut answer = head(number, model);
    let mut content = vec![json!({ "type": "text", "text": reply.whole_text() })];
    content.extend(reply.calls.iter().map(|call| {
        let input: Value = serde_json::from_str(&call.arguments).unwrap_or_else(|_| json!({}));
        json!({ "type": "tool_use", "id": call.id, "name": call.name, "input": input })
    }));
    answer["content"] = content.into();
    answer["stop_reason"] = json!(stop_reason(reply));
    if let Some(usage) = reply.usage {
        answer["usage"] = usage_json(usage, usage.output);
    }
    answer
}

/// An error body.
pub(super) fn error(status: u16, message: &str) -> Value {
    let kind = match status {
        401 => "authentication_error",
        403 => "permission_error",
        404 => "not_found_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        529 => "overloaded_error",
        500.. => "api_error",
        _ => "invalid_request_error",
    };
    json!({ "type": "error", "error": { "type": kind, "message": message }, "request_id": "req_sim" })
}

/// An error inside a stream. Its code is a type such as `overloaded_error`.
pub(super) fn error_event(code: &str, message: &str) -> String {
    event("error", json!({ "error": { "type": code, "message": message } }))
}

fn push_block(frames: &mut Vec<Frame>, index: usize, block: &Value, deltas: impl Iterator<Item = Value>) {
    let start = json!({ "index": index, "content_block": block });
    frames.push(Frame::Fixed(event("content_block_start", start)));
    for delta in deltas {
        frames.push(Frame::Piece(event("content_block_delta", json!({ "index": index, "delta": delta }))));
    }
    frames.push(Frame::Fixed(event("content_block_stop", json!({ "index": index }))));
}

fn head(number: usize, model: &str) -> Value {
    json!({
        "id": format!("msg_sim{number}"),
        "type": "message",
        "role": "assistant",
        "model": model,
        "stop_sequence": null,
    })
}

fn stop_reason(reply: &Reply) -> &str {
    let natural = if reply.calls.is_empty() { "end_turn" } else { "tool_use" };
    reply.finish.as_deref().unwrap_or(natural)
}

/// What was read from the cache is no part of `input_tokens` here.
fn usage_json(usage: ScriptedUsage, output: u64) -> Value {
    json!({
        "input_tokens": usage.input - usage.cached,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": usage.cached,
        "output_tokens": output,
    })
}

fn event(name: &str, mut data: Value) -> String {
    data["type"] = json!(name);
    format!("event: {name}\ndata: {data}\n\n")
}
