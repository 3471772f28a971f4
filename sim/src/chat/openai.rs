//! Chat completions as OpenAI, Azure and compatible servers write them, and Perplexity's sources on top.

use super::frames::Frame;
use super::reply::{Reply, ScriptedUsage};
use serde_json::{Value, json};

const CREATED: u64 = 1_700_000_000;
const END: &str = "data: [DONE]\n\n";

/// The frames of a streamed answer.
pub(super) fn frames(reply: &Reply, number: usize, model: &str, is_usage_wanted: bool) -> Vec<Frame> {
    let chunk = |delta: Value, finish: Value| {
        let mut chunk = head("chat.completion.chunk", number, model);
        chunk["choices"] = json!([{ "index": 0, "delta": delta, "logprobs": null, "finish_reason": finish }]);
        if is_usage_wanted {
            chunk["usage"] = Value::Null;
        }
        chunk
    };
    let mut frames =
        vec![Frame::Fixed(event(&chunk(json!({ "role": "assistant", "content": "" }), Value::Null)))];
    for piece in &reply.pieces {
        frames.push(Frame::Piece(event(&chunk(json!({ "content": piece }), Value::Null))));
    }
    for (index, call) in reply.calls.iter().enumerate() {
        for (at, piece) in reply.call_pieces(call).into_iter().enumerate() {
            let mut delta = json!({ "index": index, "function": { "arguments": piece } });
            if at == 0 {
                delta["id"] = json!(call.id);
                delta["type"] = json!("function");
                delta["function"]["name"] = json!(call.name);
            }
            frames.push(Frame::Piece(event(&chunk(json!({ "tool_calls": [delta] }), Value::Null))));
        }
    }
    let mut last = chunk(json!({}), json!(finish(reply)));
    add_sources(&mut last, reply);
    frames.push(Frame::Fixed(event(&last)));
    if let (true, Some(usage)) = (is_usage_wanted, reply.usage) {
        let mut chunk = head("chat.completion.chunk", number, model);
        chunk["choices"] = json!([]);
        chunk["usage"] = usage_json(usage);
        frames.push(Frame::Fixed(event(&chunk)));
    }
    frames.push(Frame::End(END.to_owned()));
    frames
}

/// An answer in one piece.
pub(super) fn whole(reply: &Reply, number: usize, model: &str) -> Value {
    let mut answer = head("chat.completion", number, model);
    let mut message = json!({ "role": "assistant", "content": reply.whole_text(), "refusal": null });
    if !reply.calls.is_empty() {
        let call = |call: &super::reply::ScriptedCall| {
            let function = json!({ "name": call.name, "arguments": call.arguments });
            json!({ "id": call.id, "type": "function", "function": function })
        };
        message["tool_calls"] = reply.calls.iter().map(call).collect();
    }
    answer["choices"] = json!([{ "index": 0, "message": message, "finish_reason": finish(reply) }]);
    if let Some(usage) = reply.usage {
        answer["usage"] = usage_json(usage);
    }
    add_sources(&mut answer, reply);
    answer
}

/// An error body.
pub(super) fn error(status: u16, code: &str, message: &str) -> Value {
    let kind = match status {
        401 => "authentication_error",
        429 => "rate_limit_error",
        500.. => "server_error",
        _ => "invalid_request_error",
    };
    json!({ "error": { "message": message, "type": kind, "param": null, "code": code } })
}

/// An error inside a stream.
pub(super) fn error_event(code: &str, message: &str) -> String {
    event(&error(500, code, message))
}

fn head(object: &str, number: usize, model: &str) -> Value {
    json!({
        "id": format!("chatcmpl-sim{number}"),
        "object": object,
        "created": CREATED,
        "model": model,
        "service_tier": "default",
        "system_fingerprint": "fp_sim",
    })
}

fn finish(reply: &Reply) -> &str {
    let natural = if reply.calls.is_empty() { "stop" } else { "tool_calls" };
    reply.finish.as_deref().unwrap_or(natural)
}

fn usage_json(usage: ScriptedUsage) -> Value {
    json!({
        "prompt_tokens": usage.input,
        "completion_tokens": usage.output,
        "total_tokens": usage.input + usage.output,
        "prompt_tokens_details": { "cached_tokens": usage.cached, "audio_tokens": 0 },
        "completion_tokens_details": { "reasoning_tokens": 0 },
    })
}

fn add_sources(answer: &mut Value, reply: &Reply) {
    if reply.sources.is_empty() {
        return;
    }
    answer["citations"] = reply.sources.iter().map(|source| json!(source.url)).collect();
    let result = |source: &super::reply::Source| json!({ "title": source.title, "url": source.url, "date": "2026-01-01" });
    answer["search_results"] = reply.sources.iter().map(result).collect();
}

fn event(data: &Value) -> String {
    format!("data: {data}\n\n")
}
