//! Refuses message requests that Anthropic would refuse, in its words. Roles must alternate here: the service joins
//! neighbours of one role, and a client that relies on it has lost sight of its own order.

use super::record::Recorded;
use super::schema;
use serde_json::Value;
use std::collections::BTreeSet;

/// Checks a request with its headers.
pub(super) fn check(request: &Recorded) -> Result<(), String> {
    let body = &request.body;
    if !request.headers.contains_key("anthropic-version") {
        return Err("anthropic-version: header is required".to_owned());
    }
    if !body.is_object() {
        return Err("The request body is not valid JSON".to_owned());
    }
    if body["model"].as_str().is_none_or(str::is_empty) {
        return Err("model: Field required".to_owned());
    }
    match body.get("max_tokens") {
        None => return Err("max_tokens: Field required".to_owned()),
        Some(value) if value.as_u64().is_none_or(|value| value == 0) => {
            return Err("max_tokens: Input should be greater than or equal to 1".to_owned());
        }
        Some(_) => {}
    }
    if body
        .get("temperature")
        .is_some_and(|value| !value.as_f64().is_some_and(|it| (0.0..=1.0).contains(&it)))
    {
        return Err("temperature: range: 0..1".to_owned());
    }
    for (at, tool) in body["tools"].as_array().into_iter().flatten().enumerate() {
        schema::check_name(&tool["name"], &format!("tools.{at}.name"))?;
        schema::check_parameters(&tool["input_schema"], &format!("tools.{at}.input_schema"))?;
    }
    match body["messages"].as_array() {
        Some(messages) if !messages.is_empty() => check_messages(messages),
        _ => Err("messages: at least one message is required".to_owned()),
    }
}

fn check_messages(messages: &[Value]) -> Result<(), String> {
    let mut open_calls: BTreeSet<&str> = BTreeSet::new();
    for (at, message) in messages.iter().enumerate() {
        let expected = if at % 2 == 0 { "user" } else { "assistant" };
        if message["role"] != expected {
            let found = &message["role"];
            return Err(format!("messages.{at}: roles must alternate, expected \"{expected}\", got {found}"));
        }
        let blocks = match &message["content"] {
            Value::String(text) if !text.is_empty() => continue_without(&open_calls, at).map(|()| &[][..])?,
            Value::Array(blocks) if !blocks.is_empty() => blocks.as_slice(),
            _ => return Err(format!("messages.{at}: all messages must have non-empty content")),
        };
        open_calls = check_blocks(blocks, expected, &open_calls, at)?;
    }
    continue_without(&open_calls, messages.len())
}

fn continue_without(open_calls: &BTreeSet<&str>, at: usize) -> Result<(), String> {
    open_calls.first().map_or(Ok(()), |id| {
        Err(format!(
            "messages.{at}: `tool_use` ids were found without `tool_result` blocks immediately after: {id}"
        ))
    })
}

/// Checks the blocks of a message, and says which calls the next one must answer.
fn check_blocks<'a>(
    blocks: &'a [Value],
    role: &str,
    open_calls: &BTreeSet<&str>,
    at: usize,
) -> Result<BTreeSet<&'a str>, String> {
    let (mut unanswered, mut calls) = (open_calls.clone(), BTreeSet::new());
    let mut is_past_results = false;
    for block in blocks {
        let kind = block["type"].as_str().unwrap_or_default();
        match (kind, role) {
            ("text", _) if block["text"].as_str().is_none_or(|text| text.trim().is_empty()) => {
                return Err(format!("messages.{at}: text content blocks must be non-empty"));
            }
            ("text", _) => is_past_results = true,
            ("image", "user") => {
                let source = &block["source"];
                let is_fine = source["type"] == "base64" && source["data"].is_string();
                if !is_fine || !source["media_type"].as_str().is_some_and(|kind| kind.starts_with("image/")) {
                    return Err(format!("messages.{at}: image source is not valid"));
                }
                is_past_results = true;
            }
            ("tool_result", "user") => {
                let id = block["tool_use_id"].as_str().unwrap_or_default();
                if is_past_results || !unanswered.remove(id) {
                    return Err(format!(
                        "messages.{at}: unexpected `tool_use_id` found in `tool_result` blocks: {id}. Each \
                         `tool_result` block must have a corresponding `tool_use` block in the previous message."
                    ));
                }
            }
            ("tool_use", "assistant") => {
                schema::check_name(&block["name"], &format!("messages.{at}.tool_use.name"))?;
                if !block["input"].is_object() {
                    return Err(format!("messages.{at}: tool_use.input: Input should be a valid dictionary"));
                }
                calls.insert(block["id"].as_str().ok_or("tool_use.id: Field required")?);
            }
            ("thinking", "assistant") => {
                if !block["thinking"].is_string() || block["signature"].as_str().is_none_or(str::is_empty) {
                    return Err(format!("messages.{at}: Invalid `signature` in `thinking` block"));
                }
            }
            ("redacted_thinking", "assistant") if block["data"].is_string() => {}
            _ => return Err(format!("messages.{at}: '{kind}' is not allowed in a message of {role}")),
        }
    }
    continue_without(&unanswered, at)?;
    Ok(calls)
}
