//! Validates chat completion requests as OpenAI does, with the same errors.

use super::schema;
use serde_json::Value;
use std::collections::BTreeSet;

/// Checks a request. The path names the model where `is_model_in_path`.
pub(super) fn check(body: &Value, is_model_in_path: bool) -> Result<(), String> {
    if !body.is_object() {
        return Err("We could not parse the JSON body of your request.".to_owned());
    }
    if !is_model_in_path && body["model"].as_str().is_none_or(str::is_empty) {
        return Err("you must provide a model parameter".to_owned());
    }
    check_numbers(body)?;
    for (at, tool) in body["tools"].as_array().into_iter().flatten().enumerate() {
        if tool["type"] != "function" {
            return Err(format!("Invalid value: 'tools[{at}].type'. Supported values are: 'function'."));
        }
        schema::check_name(&tool["function"]["name"], &format!("tools[{at}].function.name"))?;
        if let Some(parameters) = tool["function"].get("parameters") {
            schema::check_parameters(parameters, &format!("function {}", tool["function"]["name"]))?;
        }
    }
    if body.get("tools").is_some_and(|tools| tools.as_array().is_none_or(Vec::is_empty)) {
        return Err("[] is too short - 'tools'".to_owned());
    }
    match body["messages"].as_array() {
        Some(messages) if !messages.is_empty() => check_messages(messages),
        _ => Err("Missing required parameter: 'messages'.".to_owned()),
    }
}

fn check_numbers(body: &Value) -> Result<(), String> {
    if body.get("max_tokens").is_some() && body.get("max_completion_tokens").is_some() {
        let message = "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.";
        return Err(message.to_owned());
    }
    for name in ["max_tokens", "max_completion_tokens"] {
        if body.get(name).is_some_and(|value| value.as_u64().is_none_or(|value| value == 0)) {
            return Err(format!("Invalid '{name}': integer below minimum value."));
        }
    }
    if body
        .get("temperature")
        .is_some_and(|value| !value.as_f64().is_some_and(|it| (0.0..=2.0).contains(&it)))
    {
        return Err("Invalid 'temperature': decimal above maximum value.".to_owned());
    }
    if body.get("stream_options").is_some() && body["stream"] != true {
        return Err("The 'stream_options' parameter is only allowed when 'stream' is enabled.".to_owned());
    }
    Ok(())
}

fn check_messages(messages: &[Value]) -> Result<(), String> {
    let mut open_calls: BTreeSet<&str> = BTreeSet::new();
    for (at, message) in messages.iter().enumerate() {
        let role = message["role"].as_str().unwrap_or_default();
        if role == "tool" {
            let id = message["tool_call_id"].as_str().unwrap_or_default();
            if !open_calls.remove(id) {
                return Err(
                    "Invalid parameter: messages with role 'tool' must be a response to a preceeding \
                            message with 'tool_calls'."
                        .to_owned(),
                );
            }
        } else if let Some(id) = open_calls.first() {
            return Err(unanswered(id));
        }
        check_content(message, role, at)?;
        if role == "assistant" {
            for call in message["tool_calls"].as_array().into_iter().flatten() {
                let (id, function) = (call["id"].as_str(), &call["function"]);
                schema::check_name(&function["name"], &format!("messages[{at}].tool_calls.function.name"))?;
                if !function["arguments"].is_string() || call["type"] != "function" {
                    return Err(format!("Invalid type for 'messages[{at}].tool_calls': expected a function"));
                }
                open_calls.insert(id.ok_or("Missing required parameter: 'tool_calls[].id'.")?);
            }
        }
    }
    open_calls.first().map_or(Ok(()), |id| Err(unanswered(id)))
}

fn unanswered(id: &str) -> String {
    format!(
        "An assistant message with 'tool_calls' must be followed by tool messages responding to each \
         'tool_call_id'. The following tool_call_ids did not have response messages: {id}"
    )
}

fn check_content(message: &Value, role: &str, at: usize) -> Result<(), String> {
    if !["system", "developer", "user", "assistant", "tool"].contains(&role) {
        return Err(format!("Invalid value: '{role}' for 'messages[{at}].role'."));
    }
    let wrong = || Err(format!("Invalid value for 'messages[{at}].content': expected a string or parts."));
    match &message["content"] {
        Value::String(_) => Ok(()),
        Value::Null if role == "assistant" && message["tool_calls"].is_array() => Ok(()),
        Value::Array(parts) if !parts.is_empty() => {
            let is_fine = |part: &Value| match part["type"].as_str() {
                Some("text") => part["text"].is_string(),
                Some("image_url") if role == "user" => part["image_url"]["url"]
                    .as_str()
                    .is_some_and(|url| url.starts_with("data:image/") || url.starts_with("http")),
                _ => false,
            };
            if parts.iter().all(is_fine) { Ok(()) } else { wrong() }
        }
        _ => wrong(),
    }
}
