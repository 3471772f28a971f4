//! What a provider refuses of a set-up, in whatever shape it says so: `param` with or without `session.`, names of
//! the beta, the name or the value in the message alone, the reason of a close.

use serde_json::Value;

use super::event_ids::{REQUEST_ID, SETUP_ID};
use crate::providers::realtime::{Setup, Task};

/// Names that the beta, and servers shaped like it, have for fields; and fields named without their place.
const OTHER_NAMES: [(&str, &str); 16] = [
    ("modalities", "output_modalities"),
    ("max_response_output_tokens", "max_output_tokens"),
    ("voice", "audio.output.voice"),
    ("speed", "audio.output.speed"),
    ("input_audio_format", "audio.input.format"),
    ("output_audio_format", "audio.output.format"),
    ("input_audio_transcription", "audio.input.transcription"),
    ("transcription", "audio.input.transcription"),
    ("input_audio_noise_reduction", "audio.input.noise_reduction"),
    ("noise_reduction", "audio.input.noise_reduction"),
    ("turn_detection", "audio.input.turn_detection"),
    ("threshold", "audio.input.turn_detection.threshold"),
    ("prefix_padding_ms", "audio.input.turn_detection.prefix_padding_ms"),
    ("silence_duration_ms", "audio.input.turn_detection.silence_duration_ms"),
    ("create_response", "audio.input.turn_detection.create_response"),
    ("interrupt_response", "audio.input.turn_detection.interrupt_response"),
];

/// Fields that a session cannot do without.
const ESSENTIAL: [&str; 6] =
    ["type", "instructions", "audio", "audio.input", "audio.input.format", "audio.output.format"];

/// Objects that are sent whatever is left out of them.
const WITH_MORE: [&str; 3] = ["audio", "audio.input", "audio.output"];

/// Optional fields of a conversation session.
const OPTIONAL: [&str; 9] = [
    "output_modalities",
    "audio.input.noise_reduction",
    "audio.input.transcription",
    "audio.input.turn_detection",
    "audio.output.speed",
    "audio.output.voice",
    "tools",
    "tool_choice",
    "max_output_tokens",
];

/// Fields that only name what their object is: refused, the object is.
const NAMES_OF_OBJECTS: [&str; 3] = ["type", "model", "name"];

/// Words that precede an unquoted field name in an error message.
const BEFORE_A_NAME: [&str; 5] = ["parameter", "field", "property", "key", "argument"];

/// An error of the provider's, read as far as it can be.
#[derive(Debug, Default)]
pub(super) struct Fault {
    pub(super) code: Option<String>,
    pub(super) kind: Option<String>,
    pub(super) param: Option<String>,
    pub(super) message: String,
    pub(super) event_id: Option<String>,
}

impl Fault {
    /// From an `error` event: its fields stand in `error`, or beside it, or `error` is the message.
    pub(super) fn from_event(event: &Value) -> Self {
        let error = event.get("error").filter(|error| !error.is_null()).unwrap_or(event);
        let text = |name: &str| error.get(name).and_then(text_of);
        Self {
            code: text("code"),
            kind: text("type").filter(|kind| kind != "error"),
            param: error.get("param").or_else(|| error.get("loc")).and_then(path_of),
            message: error.as_str().map(str::to_owned).or_else(|| text("message")).unwrap_or_default(),
            event_id: error
                .get("event_id")
                .and_then(text_of)
                .filter(|id| id.starts_with(SETUP_ID) || id.starts_with(REQUEST_ID)),
        }
    }

    /// Of the reason with which a connection was closed.
    pub(super) fn from_reason(reason: &str) -> Self {
        match serde_json::from_str::<Value>(reason) {
            Ok(event) if event.is_object() => Self::from_event(&event),
            _ => Self { message: reason.to_owned(), ..Self::default() },
        }
    }

    /// Everything that may be the name of a field, the most likely first.
    fn names(&self) -> Vec<String> {
        let quoted = quoted_words(&self.message);
        let mut names: Vec<String> = self.param.iter().cloned().collect();
        names.extend(quoted);
        let is_part = |letter: char| letter.is_alphanumeric() || "_.[]".contains(letter);
        let words: Vec<&str> =
            self.message.split(|letter| !is_part(letter)).filter(|word| !word.is_empty()).collect();
        for (at, word) in words.iter().enumerate() {
            let word = word.trim_matches('.');
            let is_announced =
                at > 0 && BEFORE_A_NAME.contains(&words[at - 1].to_ascii_lowercase().trim_end_matches('s'));
            if is_announced || word.contains('.') || word.contains('_') {
                names.push(word.to_owned());
            }
        }
        names
    }

    /// The field of `sent` that is refused, as its path.
    pub(super) fn field_of(&self, sent: &Value) -> Option<String> {
        self.names()
            .iter()
            .find_map(|name| resolve(name, sent))
            .or_else(|| quoted_words(&self.message).iter().find_map(|word| path_of_value(word, sent, "")))
    }

    /// The field of a response that is refused.
    pub(super) fn field_of_response(&self) -> Option<String> {
        self.names().iter().find_map(|name| {
            let field = name.strip_prefix("response.")?.split(['.', '[']).next()?;
            Some(field.to_owned())
        })
    }

    /// Whether it speaks of something that is not the session.
    pub(super) fn is_about_something_else(&self) -> bool {
        self.names().iter().any(|name| {
            let first = name.split(['.', '[']).next().unwrap_or_default();
            matches!(first, "item" | "items" | "response" | "content")
        })
    }

    /// Whether the conversation has another response, which some say without a code.
    pub(super) fn is_active_response(&self) -> bool {
        self.code.as_deref() == Some("conversation_already_has_active_response")
            || self.message.to_ascii_lowercase().contains("already has an active response")
    }
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A path as text, or as the list of its parts.
fn path_of(value: &Value) -> Option<String> {
    match value {
        Value::Array(parts) => {
            let parts: Vec<String> = parts.iter().filter_map(text_of).collect();
            (!parts.is_empty()).then(|| parts.join("."))
        }
        other => text_of(other).filter(|text| !text.trim().is_empty()),
    }
}

fn quoted_words(message: &str) -> Vec<String> {
    let mut words = Vec::new();
    for mark in ['\'', '"', '`'] {
        words.extend(message.split(mark).skip(1).step_by(2).map(str::to_owned));
    }
    words.retain(|word| !word.is_empty() && word.len() <= 128 && !word.contains(' '));
    words
}

/// The path in `sent` that `name` means: as far as it leads there; a field that only names its object is the object.
fn resolve(name: &str, sent: &Value) -> Option<String> {
    let name = name.trim().replace(['[', ']'], ".").replace("..", ".");
    let name = name.trim_matches('.');
    let name = name.strip_prefix("session.").unwrap_or(name);
    let (first, rest) = name.split_once('.').unwrap_or((name, ""));
    let known = OTHER_NAMES.iter().find(|(other, _)| *other == first).map(|(_, ours)| *ours);
    let whole = match known.filter(|_| sent.get(first).is_none()) {
        Some(ours) if rest.is_empty() => ours.to_owned(),
        Some(ours) => format!("{ours}.{rest}"),
        None => name.to_owned(),
    };
    let (mut place, mut path) = (sent, Vec::new());
    for part in whole.split('.') {
        let child = match place {
            Value::Array(items) => part.parse().ok().and_then(|at: usize| items.get(at)),
            other => other.get(part),
        };
        let Some(child) = child else { break };
        path.push(part);
        place = child;
        if place.is_array() && path.len() == 1 && path[0] != "tools" {
            break;
        }
    }
    // What was not sent cannot be left out.
    if path.is_empty()
        || (path.len() < whole.split('.').count() && WITH_MORE.contains(&path.join(".").as_str()))
    {
        return None;
    }
    // Of a tool, the whole tool.
    if path[0] == "tools" {
        path.truncate(2);
    } else if path.len() > 1 && path.last().is_some_and(|last| NAMES_OF_OBJECTS.contains(last)) {
        path.pop();
    }
    Some(path.join("."))
}

/// Where `word` was sent as a value.
fn path_of_value(word: &str, sent: &Value, above: &str) -> Option<String> {
    let fields = sent.as_object()?;
    fields.iter().find_map(|(name, value)| {
        let path = if above.is_empty() { name.clone() } else { format!("{above}.{name}") };
        match value {
            Value::String(text) if text == word => {
                Some(if NAMES_OF_OBJECTS.contains(&name.as_str()) { above.to_owned() } else { path })
            }
            Value::Object(_) => path_of_value(word, value, &path),
            _ => None,
        }
    })
}

/// Whether a session for this cannot do without a field.
pub(super) fn is_essential(field: &str, task: Task) -> bool {
    let is_format = field.starts_with("audio.input.format.") || field.starts_with("audio.output.format.");
    let is_of_task = match task {
        Task::Talk => field == "audio.output",
        Task::Write { .. } => field == "audio.input.transcription" || field == "audio.input.turn_detection",
        // A session that answers by itself would talk over the agent.
        Task::Listen => {
            field == "audio.input.transcription"
                || field == "audio.input.turn_detection"
                || field == "audio.input.turn_detection.create_response"
        }
    };
    is_format || is_of_task || ESSENTIAL.contains(&field)
}

/// What is left out when a set-up is refused and nothing says what of it.
pub(super) fn optional(setup: &Setup) -> impl Iterator<Item = &'static str> {
    let task = setup.task;
    OPTIONAL.into_iter().filter(move |field| !is_essential(field, task))
}

/// Takes a field out of what is to be sent.
pub(super) fn leave_out(sent: &mut Value, field: &str) {
    let (above, last) = field.rsplit_once('.').unwrap_or(("", field));
    let pointer = if above.is_empty() { String::new() } else { format!("/{}", above.replace('.', "/")) };
    match sent.pointer_mut(&pointer) {
        Some(Value::Object(fields)) => {
            fields.remove(last);
        }
        Some(Value::Array(items)) => {
            // Indexes must stay valid while fields are removed: empty parents are removed last.
            if let Some(item) = last.parse().ok().and_then(|at: usize| items.get_mut(at)) {
                *item = Value::Null;
            }
        }
        _ => {}
    }
}

/// Removes the places of tools that were left out.
pub(super) fn close_gaps(sent: &mut Value) {
    if let Some(tools) = sent.get_mut("tools").and_then(Value::as_array_mut) {
        tools.retain(|tool| !tool.is_null());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sent() -> Value {
        json!({
            "type": "realtime",
            "output_modalities": ["audio"],
            "instructions": "Be kind.",
            "audio": {
                "input": {
                    "format": { "type": "audio/pcm", "rate": 24_000 },
                    "noise_reduction": null,
                    "transcription": { "model": "w", "language": "es" },
                    "turn_detection": { "type": "semantic_vad", "interrupt_response": true },
                },
                "output": { "format": { "type": "audio/pcm", "rate": 24_000 }, "speed": 1.0, "voice": "marin" },
            },
            "tools": [{ "name": "a" }, { "name": "b" }],
            "tool_choice": "auto",
            "max_output_tokens": 2_048,
        })
    }

    fn field(error: &Value) -> Option<String> {
        Fault::from_event(&json!({ "type": "error", "error": error })).field_of(&sent())
    }

    #[test]
    fn a_field_is_found_in_every_shape_that_servers_name_it() {
        let cases = [
            (json!({ "param": "session.audio.output.speed" }), "audio.output.speed"),
            (json!({ "param": "audio.output.speed" }), "audio.output.speed"),
            (json!({ "param": "speed" }), "audio.output.speed"),
            (json!({ "param": ["session", "audio", "output", "speed"] }), "audio.output.speed"),
            (json!({ "param": "session.tools[1].parameters" }), "tools.1"),
            (json!({ "param": "session.tools" }), "tools"),
            (json!({ "param": "session.audio.input.turn_detection.type" }), "audio.input.turn_detection"),
            (
                json!({ "param": "session.turn_detection.interrupt_response" }),
                "audio.input.turn_detection.interrupt_response",
            ),
            (json!({ "param": "session.max_response_output_tokens" }), "max_output_tokens"),
            (
                json!({ "param": "session.audio.input.transcription.language" }),
                "audio.input.transcription.language",
            ),
            (json!({ "param": "session.output_modalities[0]" }), "output_modalities"),
            (json!({ "param": "session.audio.input.format.rate" }), "audio.input.format.rate"),
            (json!({ "param": "session.type" }), "type"),
            (json!({ "message": "Unknown parameter: 'session.tool_choice'." }), "tool_choice"),
            (
                json!({ "message": "unknown field `speed`, expected one of `format`, `voice`" }),
                "audio.output.speed",
            ),
            (json!({ "message": "Unknown parameter: speed" }), "audio.output.speed"),
            (
                json!({ "message": "1 validation error\nsession.audio.output.speed\n  Extra inputs are not permitted" }),
                "audio.output.speed",
            ),
            (
                json!({ "message": "interrupt_response is not supported" }),
                "audio.input.turn_detection.interrupt_response",
            ),
            (
                json!({ "message": "Invalid value: 'marin'. Supported values are: 'a' and 'b'." }),
                "audio.output.voice",
            ),
            (
                json!({ "message": "Invalid value: 'semantic_vad'. Supported values are: 'server_vad'." }),
                "audio.input.turn_detection",
            ),
            (json!("Unknown parameter: 'session.audio.output.speed'."), "audio.output.speed"),
        ];
        for (error, expected) in cases {
            assert_eq!(field(&error).as_deref(), Some(expected), "{error}");
        }
    }

    #[test]
    fn what_names_no_field_that_was_sent_means_none() {
        for error in [
            json!({ "param": null, "message": "Something went wrong with your session." }),
            json!({ "param": 7, "code": 400, "message": ["odd"] }),
            json!({ "message": "The server had an error while processing your request. It's our fault." }),
            json!(null),
            json!([]),
        ] {
            assert_eq!(field(&error), None, "{error}");
        }
        let of_an_item = json!({ "error": { "param": "item.content[0].type" } });
        assert!(Fault::from_event(&of_an_item).is_about_something_else());
    }

    #[test]
    fn a_reason_of_a_close_is_read_like_an_error() {
        for reason in [
            "Unknown parameter: 'session.tool_choice'",
            r#"{"error":{"param":"session.tool_choice","code":"unknown_parameter"}}"#,
        ] {
            assert_eq!(Fault::from_reason(reason).field_of(&sent()).as_deref(), Some("tool_choice"));
        }
    }

    #[test]
    fn what_is_left_out_is_gone_and_the_rest_stays() {
        let mut session = sent();
        for field in
            ["audio.output.speed", "tools.0", "audio.input.turn_detection.interrupt_response", "none.such"]
        {
            leave_out(&mut session, field);
        }
        close_gaps(&mut session);

        assert_eq!(session["tools"], json!([{ "name": "b" }]));
        assert_eq!(session["audio"]["output"].as_object().unwrap().len(), 2);
        assert_eq!(session["audio"]["input"]["turn_detection"], json!({ "type": "semantic_vad" }));
    }

    #[test]
    fn sound_and_kind_are_essential_and_everything_optional_is_not() {
        for field in ["type", "audio", "audio.input.format.rate", "audio.output.format", "instructions"] {
            assert!(is_essential(field, Task::Talk), "{field}");
        }
        assert!(OPTIONAL.iter().all(|field| !is_essential(field, Task::Talk)));
        assert!(is_essential("audio.input.turn_detection.create_response", Task::Listen));
    }
}
