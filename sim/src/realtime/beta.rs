//! Event and session names of the beta protocol, for old clients.

use serde_json::{Map, Value, json};

/// Types that only changed their name.
const RENAMED: &[(&str, &str)] = &[
    ("response.output_text.delta", "response.text.delta"),
    ("response.output_text.done", "response.text.done"),
    ("response.output_audio.delta", "response.audio.delta"),
    ("response.output_audio.done", "response.audio.done"),
    ("response.output_audio_transcript.delta", "response.audio_transcript.delta"),
    ("response.output_audio_transcript.done", "response.audio_transcript.done"),
    ("conversation.item.added", "conversation.item.created"),
];

/// Session fields that moved: the beta's name, and where they are now.
const MOVED: &[(&str, &str)] = &[
    ("voice", "/audio/output/voice"),
    ("speed", "/audio/output/speed"),
    ("input_audio_transcription", "/audio/input/transcription"),
    ("input_audio_noise_reduction", "/audio/input/noise_reduction"),
    ("turn_detection", "/audio/input/turn_detection"),
    ("max_response_output_tokens", "/max_output_tokens"),
    ("modalities", "/output_modalities"),
];

/// The event as the beta had it, or nothing where it had none.
pub(super) fn outgoing(mut event: Value) -> Option<Value> {
    if event["type"] == "conversation.item.done" {
        return None;
    }
    if let Some((_, old)) = RENAMED.iter().find(|(new, _)| event["type"] == *new) {
        event["type"] = json!(old);
    }
    if event["session"].is_object() {
        event["session"] = old_session(&event["session"]);
    }
    if event["item"].is_object() {
        rename_content(&mut event["item"]);
    }
    for item in event.pointer_mut("/response/output").and_then(Value::as_array_mut).into_iter().flatten() {
        rename_content(item);
    }
    Some(event)
}

/// A beta-shaped session as it is written now. What is written so already stays.
pub(super) fn incoming(session: &Map<String, Value>) -> Map<String, Value> {
    let mut new = json!({ "type": "realtime" });
    for (name, value) in session {
        match name.as_str() {
            "temperature" | "input_audio_format" | "output_audio_format" => {}
            "modalities" => {
                let is_audio = value.as_array().is_some_and(|all| all.iter().any(|one| one == "audio"));
                new["output_modalities"] = json!([if is_audio { "audio" } else { "text" }]);
            }
            _ => match MOVED.iter().find(|(old, _)| old == name) {
                Some((_, pointer)) => set(&mut new, pointer, value.clone()),
                None => new[name.as_str()] = value.clone(),
            },
        }
    }
    new.as_object().cloned().unwrap_or_default()
}

fn old_session(session: &Value) -> Value {
    let mut old = session.clone();
    if let Some(fields) = old.as_object_mut() {
        fields.retain(|name, _| {
            !["audio", "output_modalities", "max_output_tokens", "type"].contains(&name.as_str())
        });
    }
    for (name, pointer) in MOVED {
        old[*name] = session.pointer(pointer).cloned().unwrap_or_default();
    }
    let is_audio = super::config::is_audio(session.get("output_modalities"));
    old["modalities"] = if is_audio { json!(["audio", "text"]) } else { json!(["text"]) };
    old["input_audio_format"] = json!("pcm16");
    old["output_audio_format"] = json!("pcm16");
    old
}

fn rename_content(item: &mut Value) {
    for part in item.get_mut("content").and_then(Value::as_array_mut).into_iter().flatten() {
        if part["type"] == "output_audio" {
            part["type"] = json!("audio");
        } else if part["type"] == "output_text" {
            part["type"] = json!("text");
        }
    }
}

fn set(target: &mut Value, pointer: &str, value: Value) {
    let mut place = target;
    for name in pointer.split('/').skip(1) {
        if !place.is_object() && !place.is_null() {
            // Another shape stands there; the check of fields will say so.
            return;
        }
        place = &mut place[name];
    }
    *place = value;
}
