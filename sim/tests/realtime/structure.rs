//! What every event must have, whatever the scenario: derived from the protocol's tables, so that a client written
//! against the real service finds here what it finds there.

use serde_json::Value;

/// Paths that must be there, with the kind of what stands there. `?` allows null.
const FIELDS: &[(&str, &[(&str, &str)])] = &[
    (
        "error",
        &[
            ("/error/type", "s"),
            ("/error/message", "s"),
            ("/error/code", "s?"),
            ("/error/param", "s?"),
            ("/error/event_id", "s?"),
        ],
    ),
    ("session.created", SESSION),
    ("session.updated", SESSION),
    ("conversation.created", &[("/conversation/id", "s"), ("/conversation/object", "s")]),
    ("conversation.item.added", ITEM),
    ("conversation.item.done", ITEM),
    ("conversation.item.retrieved", &[("/item/id", "s"), ("/item/type", "s")]),
    ("conversation.item.truncated", &[("/item_id", "s"), ("/content_index", "i"), ("/audio_end_ms", "i")]),
    ("conversation.item.deleted", &[("/item_id", "s")]),
    (
        "conversation.item.input_audio_transcription.delta",
        &[("/item_id", "s"), ("/content_index", "i"), ("/delta", "s")],
    ),
    (
        "conversation.item.input_audio_transcription.completed",
        &[("/item_id", "s"), ("/content_index", "i"), ("/transcript", "s"), ("/usage/type", "s")],
    ),
    (
        "conversation.item.input_audio_transcription.failed",
        &[("/item_id", "s"), ("/content_index", "i"), ("/error/type", "s")],
    ),
    ("input_audio_buffer.committed", &[("/previous_item_id", "s?"), ("/item_id", "s")]),
    ("input_audio_buffer.cleared", &[]),
    ("input_audio_buffer.speech_started", &[("/audio_start_ms", "i"), ("/item_id", "s")]),
    ("input_audio_buffer.speech_stopped", &[("/audio_end_ms", "i"), ("/item_id", "s")]),
    (
        "input_audio_buffer.timeout_triggered",
        &[("/audio_start_ms", "i"), ("/audio_end_ms", "i"), ("/item_id", "s")],
    ),
    ("rate_limits.updated", &[("/rate_limits/0/name", "s"), ("/rate_limits/1/remaining", "i")]),
    ("response.created", RESPONSE),
    ("response.done", RESPONSE),
    ("response.output_item.added", OUTPUT_ITEM),
    ("response.output_item.done", OUTPUT_ITEM),
    ("response.content_part.added", &[P[0], P[1], P[2], P[3], ("/part/type", "s")]),
    ("response.content_part.done", &[P[0], P[1], P[2], P[3], ("/part/type", "s")]),
    ("response.output_text.delta", &[P[0], P[1], P[2], P[3], ("/delta", "s")]),
    ("response.output_text.done", &[P[0], P[1], P[2], P[3], ("/text", "s")]),
    ("response.output_audio.delta", &[P[0], P[1], P[2], P[3], ("/delta", "s")]),
    ("response.output_audio.done", P),
    ("response.output_audio_transcript.delta", &[P[0], P[1], P[2], P[3], ("/delta", "s")]),
    ("response.output_audio_transcript.done", &[P[0], P[1], P[2], P[3], ("/transcript", "s")]),
    ("response.function_call_arguments.delta", &[P[0], P[1], P[2], ("/call_id", "s"), ("/delta", "s")]),
    (
        "response.function_call_arguments.done",
        &[P[0], P[1], P[2], ("/call_id", "s"), ("/name", "s"), ("/arguments", "s")],
    ),
    ("response.future_thing", &[]),
];

const P: &[(&str, &str)] =
    &[("/response_id", "s"), ("/item_id", "s"), ("/output_index", "i"), ("/content_index", "i")];
const SESSION: &[(&str, &str)] = &[
    ("/session/type", "s"),
    ("/session/object", "s"),
    ("/session/id", "s"),
    ("/session/expires_at", "i"),
    ("/session/audio/input/format/type", "s"),
];
const ITEM: &[(&str, &str)] =
    &[("/previous_item_id", "s?"), ("/item/id", "s"), ("/item/type", "s"), ("/item/status", "s")];
const OUTPUT_ITEM: &[(&str, &str)] =
    &[("/response_id", "s"), ("/output_index", "i"), ("/item/id", "s"), ("/item/type", "s")];
const RESPONSE: &[(&str, &str)] = &[
    ("/response/id", "s"),
    ("/response/object", "s"),
    ("/response/status", "s"),
    ("/response/output", "a"),
    ("/response/status_details", "o?"),
    ("/response/usage", "o?"),
];

/// Panics where an event lacks something or has it in another kind.
pub fn check_structure(event: &Value) {
    let kind = event["type"].as_str().unwrap_or_else(|| panic!("no type in {event}"));
    let (_, fields) = FIELDS
        .iter()
        .find(|(name, _)| *name == kind)
        .unwrap_or_else(|| panic!("{kind} is no event of the protocol"));
    let event_id = event["event_id"].as_str().unwrap_or_else(|| panic!("no event_id in {event}"));
    assert!(event_id.starts_with("event_") && event_id.len() == 27, "{event_id}");
    for (path, wanted) in *fields {
        let value = event.pointer(path).unwrap_or_else(|| panic!("no {path} in {event}"));
        assert!(is_kind(value, wanted), "{path} is {value} in {kind}");
    }
}

fn is_kind(value: &Value, wanted: &str) -> bool {
    match wanted.trim_end_matches('?') {
        _ if wanted.ends_with('?') && value.is_null() => true,
        "s" => value.is_string(),
        "i" => value.is_u64(),
        "a" => value.is_array(),
        "o" => value.is_object(),
        other => panic!("unknown kind {other}"),
    }
}
