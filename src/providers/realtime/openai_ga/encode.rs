//! Encodes requests into the dialect's events.

use audio::relay::RequestTag;
use serde_json::json;

use super::event_ids::{REQUEST_ID, RESPONSE_FIELDS, TAG_FIELD};
use super::refusal::leave_out;
use super::session::GaSession;
use crate::providers::realtime::openai::sound;
use crate::providers::realtime::{Author, Item, Request};

/// How sound is sent.
const APPEND: &str = r#"{"type":"input_audio_buffer.append","audio":""#;

pub(super) fn say(session: &mut GaSession, request: Request, out: &mut Vec<String>) {
    match request {
        Request::Configure { history, sensitivity } => {
            session.sensitivity = sensitivity;
            session.is_set_up = false;
            out.push(session.setup_event());
            for item in history {
                add(session, item, out);
            }
        }
        Request::SetSensitivity(sensitivity) => {
            session.sensitivity = sensitivity;
            out.extend(detection_update(session));
        }
        Request::Append(pcm) => out.push(sound(APPEND, &pcm)),
        Request::Respond { tag, instructions, may_call_tools, .. } => {
            out.push(respond(session, tag, instructions, may_call_tools));
        }
        Request::Cancel(response) => {
            out.push(json!({ "type": "response.cancel", "response_id": *response.0 }).to_string());
        }
        Request::CancelActive => out.push(json!({ "type": "response.cancel" }).to_string()),
        Request::Truncate(item, heard_ms) => {
            let event = json!({
                "type": "conversation.item.truncate",
                "item_id": *item.0,
                "content_index": 0,
                "audio_end_ms": heard_ms,
            });
            out.push(event.to_string());
        }
        Request::Delete(item) => {
            out.push(json!({ "type": "conversation.item.delete", "item_id": *item.0 }).to_string());
        }
        Request::Add(item) => add(session, item, out),
        Request::ToolResult(call, output) => out.push(tool_output(&call.0, &output)),
        // Its models detect turns, can be ended, and delegate nothing.
        Request::DelegationWords(..)
        | Request::DelegationResult { .. }
        | Request::BeginTurn(_)
        | Request::EndTurn(_)
        | Request::Discard(_) => {}
    }
}

/// The update that makes the sensitivity hold.
fn detection_update(session: &mut GaSession) -> Option<String> {
    let input = json!({ "turn_detection": session.turn_detection() });
    let mut update = json!({ "type": "realtime", "audio": { "input": input } });
    session.reduce(&mut update);
    // A provider that refuses turn detection settings uses its own.
    update.pointer("/audio/input/turn_detection")?;
    Some(json!({ "type": "session.update", "session": update }).to_string())
}

fn respond(
    session: &mut GaSession,
    tag: RequestTag,
    instructions: Option<String>,
    may_call_tools: bool,
) -> String {
    let mut response = json!({ "metadata": { TAG_FIELD: tag.0.to_string() } });
    if let Some(more) = instructions {
        // Instructions of a response replace the session's, so these are repeated.
        response["instructions"] = format!("{}\n\n{more}", session.setup.instructions).into();
    }
    if !may_call_tools {
        response["tool_choice"] = "none".into();
    }
    for field in session.setup.without.iter().filter_map(|field| field.strip_prefix(RESPONSE_FIELDS)) {
        leave_out(&mut response, field);
    }
    session.requested = Some(tag);
    let event_id = format!("{REQUEST_ID}{}", tag.0);
    json!({ "type": "response.create", "event_id": event_id, "response": response }).to_string()
}

fn add(session: &mut GaSession, item: Item, out: &mut Vec<String>) {
    match item {
        Item::Message(Author::User, words) => out.push(message("user", "input_text", &words)),
        Item::Message(Author::Assistant, words) => out.push(message("assistant", "output_text", &words)),
        Item::Message(Author::System(_) | Author::Whisper, words) => {
            out.push(message("system", "input_text", &words))
        }
        Item::Tool { name, output } => {
            session.replayed_calls += 1;
            let call = format!("call_replayed_{}", session.replayed_calls);
            let item = json!({ "type": "function_call", "name": *name, "call_id": call, "arguments": "{}" });
            out.push(json!({ "type": "conversation.item.create", "item": item }).to_string());
            out.push(tool_output(&call, &output));
        }
    }
}

fn message(role: &str, kind: &str, text: &str) -> String {
    let item = json!({ "type": "message", "role": role, "content": [{ "type": kind, "text": text }] });
    json!({ "type": "conversation.item.create", "item": item }).to_string()
}

fn tool_output(call: &str, output: &str) -> String {
    let item = json!({ "type": "function_call_output", "call_id": call, "output": output });
    json!({ "type": "conversation.item.create", "item": item }).to_string()
}
