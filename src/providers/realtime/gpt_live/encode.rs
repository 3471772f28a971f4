//! Encodes requests into the dialect's events.

use serde_json::{Value, json};

use super::pieces::{first_piece, pieces, tokens};
use super::session::{LiveSession, REQUEST_ID};
use crate::providers::realtime::openai::sound;
use crate::providers::realtime::{Author, Item, Request};

/// How sound is sent.
const APPEND: &str = r#"{"type":"session.input_audio.append","audio":""#;

/// How something is added to a session that runs.
#[derive(Clone, Copy)]
enum Append {
    /// A rule that holds from now on.
    Instructions,
    /// Known to the model, and not said by itself.
    Thinking,
    /// To be spoken about.
    Commentary,
}

impl Append {
    fn kind(self) -> &'static str {
        match self {
            Self::Instructions => "session.instructions.append",
            Self::Thinking => "session.thinking.append",
            Self::Commentary => "session.commentary.append",
        }
    }
}

pub(super) fn say(session: &mut LiveSession, request: Request, out: &mut Vec<String>) {
    match request {
        Request::Configure { history, .. } => {
            let input = input(session, &history);
            out.push(session.start_event(input));
        }
        Request::Append(pcm) => {
            session.advance(pcm.len());
            out.push(sound(APPEND, &pcm));
        }
        Request::Respond { tag, instructions, prompt, .. } => {
            session.requested = Some(tag);
            let text = instructions.unwrap_or(prompt);
            append(session, Append::Commentary, None, Some(format!("{REQUEST_ID}{}", tag.0)), &text, out);
        }
        Request::Add(item) => {
            let (how, text) = addition(item);
            append(session, how, None, None, &text, out);
        }
        Request::DelegationResult { task, told, .. } => {
            append(session, Append::Commentary, Some(&task.0), None, &told, out);
        }
        Request::BeginTurn(item) => {
            let clock_ms = session.clock_ms();
            session.turns.begin(item, clock_ms);
        }
        Request::EndTurn(item) => {
            let clock_ms = session.clock_ms();
            session.turns.end(&item, clock_ms);
        }
        Request::Discard(response) => session.voice.discard(&response),
        // A session detects no turns, ends nothing that it says, forgets nothing of it, calls no tools, and is told answers
        // as a whole.
        Request::DelegationWords(..)
        | Request::SetSensitivity(_)
        | Request::Cancel(_)
        | Request::CancelActive
        | Request::Truncate(..)
        | Request::Delete(_)
        | Request::ToolResult(..) => {}
    }
}

/// What was said before, the newest of it that a start may hold.
fn input(session: &LiveSession, history: &[Item]) -> Vec<Value> {
    let limits = session.limits;
    let mut left = limits.history_max_tokens;
    let mut newest = Vec::new();
    for (role, text) in history.iter().rev().map(message) {
        let text = first_piece(text.trim(), limits.history_max_tokens / 4).to_owned();
        let count = tokens(&text);
        if count > left || newest.len() == limits.history_max_messages {
            break;
        }
        if text.is_empty() {
            continue;
        }
        left -= count;
        let kind = if role == "assistant" { "output_text" } else { "input_text" };
        newest.push(json!({ "type": "message", "role": role, "content": [{ "type": kind, "text": text }] }));
    }
    newest.reverse();
    newest
}

/// Whose message an item is, and its text.
fn message(item: &Item) -> (&'static str, String) {
    match item {
        Item::Message(Author::User, words) => ("user", words.to_string()),
        Item::Message(Author::Assistant, words) => ("assistant", words.to_string()),
        Item::Message(Author::System(_) | Author::Whisper, words) => ("developer", words.to_string()),
        Item::Tool { name, output } => ("developer", format!("{name}: {output}")),
    }
}

/// How an item is added to a session that runs: there are no messages any more.
fn addition(item: Item) -> (Append, String) {
    match item {
        Item::Message(Author::System(_), words) => (Append::Instructions, words.to_string()),
        Item::Message(Author::Whisper, words) => (Append::Thinking, words.to_string()),
        other => {
            let (role, text) = message(&other);
            (Append::Thinking, format!("{role}: {text}"))
        }
    }
}

fn append(
    session: &LiveSession,
    how: Append,
    delegation: Option<&str>,
    event_id: Option<String>,
    text: &str,
    out: &mut Vec<String>,
) {
    for piece in pieces(text, session.limits.append_max_tokens) {
        let mut event = json!({ "type": how.kind(), "delegation_id": delegation, "content": piece });
        if let Some(event_id) = &event_id {
            event["event_id"] = event_id.as_str().into();
        }
        out.push(event.to_string());
    }
}
