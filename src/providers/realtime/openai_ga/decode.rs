//! Decodes a provider's events into provider-independent ones. Event names of the beta are accepted too.

use std::borrow::Cow;

use audio::relay::{CallId, Event, ItemId, Loss, Obstacle, ReplyStatus, RequestTag, ResponseId, Tokens};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::event_ids::{REQUEST_ID, TAG_FIELD};
use super::refusal::Fault;
use super::session::GaSession;
use crate::providers::realtime::openai::is_final;
use crate::providers::realtime::{Heard, WritingUsed};
use crate::providers::token_count;
use crate::wire::without_nul;

/// What is read of every event. What is large is borrowed and looked at only where it is needed.
#[derive(Deserialize)]
struct Head<'a> {
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(borrow, default)]
    item_id: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    previous_item_id: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    response_id: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    delta: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    transcript: Option<Cow<'a, str>>,
    #[serde(default)]
    output_index: Option<u32>,
    #[serde(borrow, default)]
    response: Option<&'a RawValue>,
    #[serde(borrow, default)]
    item: Option<&'a RawValue>,
    #[serde(borrow, default)]
    usage: Option<&'a RawValue>,
    #[serde(borrow, default)]
    session: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct SessionFields {
    #[serde(default)]
    expires_at: Option<i64>,
}

#[derive(Deserialize)]
struct Item {
    #[serde(default)]
    id: Option<String>,
    #[serde(default, rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    call_id: Option<String>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    arguments: Option<String>,
}

pub(super) fn decode(session: &mut GaSession, text: &str, out: &mut Vec<Heard>) {
    let Ok(head) = serde_json::from_str::<Head>(text) else {
        out.push(Heard::Complaint("an event that cannot be read".to_owned()));
        return;
    };
    let item = || head.item_id.as_deref().map(|id| ItemId(id.into()));
    let event = match &*head.kind {
        "response.output_audio.delta" | "response.audio.delta" => sound(&head),
        "response.output_audio_transcript.delta"
        | "response.audio_transcript.delta"
        | "response.output_text.delta"
        | "response.text.delta" => item()
            .zip(head.delta.as_deref())
            .map(|(item, words)| Event::Text(item, without_nul(words).into())),
        "input_audio_buffer.speech_started" => Some(Event::SpeechStarted),
        "input_audio_buffer.speech_stopped" => Some(Event::SpeechStopped),
        "input_audio_buffer.committed" => return committed(session, &head, out),
        "conversation.item.input_audio_transcription.completed" => return written(session, &head, out),
        "conversation.item.input_audio_transcription.delta" => item()
            .zip(head.delta.as_deref())
            .map(|(item, words)| Event::TurnWords(item, without_nul(words).into())),
        "conversation.item.input_audio_transcription.failed" => item().map(Event::TurnFailed),
        "response.created" => created(session, &head),
        "response.output_item.added" => added(&head),
        "response.output_item.done" => done(&head),
        "response.done" => return response_done(&head, out),
        "session.created" => return out.extend(expiry(&head)),
        "session.updated" => {
            let is_first = !std::mem::replace(&mut session.is_set_up, true);
            if is_first && !session.setup.without.is_empty() {
                out.push(Heard::Event(Event::Capable(session.capabilities())));
            }
            is_first.then_some(Event::Configured)
        }
        "error" => return fault(session, text, out),
        _ => None,
    };
    out.extend(event.map(Heard::Event));
}

/// When the session ends, where it says so.
fn expiry(head: &Head) -> Option<Heard> {
    let session: SessionFields = serde_json::from_str(head.session?.get()).ok()?;
    session.expires_at.filter(|at| *at > 0).map(Heard::Expires)
}

fn sound(head: &Head) -> Option<Event> {
    let item = ItemId(head.item_id.as_deref()?.into());
    let bytes = audio::decode_base64(head.delta.as_deref()?).ok()?;
    Some(Event::Audio(item, bytes))
}

fn committed(session: &GaSession, head: &Head, out: &mut Vec<Heard>) {
    let Some(item) = head.item_id.as_deref().map(|id| ItemId(id.into())) else { return };
    let after = head.previous_item_id.as_deref().map(|id| ItemId(id.into()));
    out.push(Heard::Event(Event::TurnCommitted { item: item.clone(), after }));
    if session.writing_model().is_none() {
        // It will not be transcribed; later turns must not wait for it.
        out.push(Heard::Event(Event::TurnFailed(item)));
    }
}

fn written(session: &GaSession, head: &Head, out: &mut Vec<Heard>) {
    let Some(item) = head.item_id.as_deref().map(|id| ItemId(id.into())) else { return };
    let words = without_nul(head.transcript.as_deref().unwrap_or_default());
    let words = words.trim();
    if let Some(used) = head.usage.and_then(|usage| writing_used(usage.get())) {
        let model = session.writing_model().unwrap_or_default().to_owned();
        out.push(Heard::Written(model, used));
    }
    let event =
        if words.is_empty() { Event::TurnFailed(item) } else { Event::TurnTranscribed(item, words.into()) };
    out.push(Heard::Event(event));
}

/// No turn is longer; more seconds are a fault of the server.
const TURN_MAX_S: f64 = 3_600.0;

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "seconds of a turn are few")]
fn writing_used(usage: &str) -> Option<WritingUsed> {
    let usage: Value = serde_json::from_str(usage).ok()?;
    let count = |value: &Value| token_count(value).unwrap_or_default();
    if let Some(seconds) = usage["seconds"].as_f64() {
        let duration_ms = (seconds.clamp(0.0, TURN_MAX_S) * 1_000.0) as u64;
        return Some(WritingUsed { duration_ms, ..WritingUsed::default() });
    }
    let details = &usage["input_token_details"];
    let input = count(&usage["input_tokens"]);
    let audio_tokens = details["audio_tokens"].as_u64().unwrap_or(input).min(input);
    Some(WritingUsed {
        audio_tokens,
        text_tokens: input.saturating_sub(audio_tokens),
        output_tokens: count(&usage["output_tokens"]),
        duration_ms: 0,
    })
}

fn created(session: &mut GaSession, head: &Head) -> Option<Event> {
    let response: Value = serde_json::from_str(head.response?.get()).ok()?;
    // An out-of-band response is not the relay's.
    if response.get("conversation_id").is_some_and(Value::is_null) && response["metadata"].is_object() {
        let is_ours = response["metadata"].get(TAG_FIELD).is_some();
        if !is_ours {
            return None;
        }
    }
    let id = ResponseId(response["id"].as_str()?.into());
    let tag = response["metadata"][TAG_FIELD].as_str().and_then(|tag| tag.parse().ok()).map(RequestTag);
    let tag = tag.or_else(|| if session.loses_tags() { session.requested.take() } else { None });
    Some(Event::ResponseCreated(id, tag))
}

fn item_of(head: &Head) -> Option<Item> {
    serde_json::from_str(head.item?.get()).ok()
}

fn added(head: &Head) -> Option<Event> {
    let item = item_of(head).filter(|item| item.kind.as_deref() == Some("message"))?;
    Some(Event::ItemAdded(ResponseId(head.response_id.as_deref()?.into()), ItemId(item.id?.into())))
}

fn done(head: &Head) -> Option<Event> {
    let item = item_of(head)?;
    match item.kind.as_deref()? {
        "message" => Some(Event::ItemDone(ItemId(item.id?.into()))),
        "function_call" => Some(Event::ToolCalled {
            response: ResponseId(head.response_id.as_deref()?.into()),
            index: head.output_index.unwrap_or(0),
            call: CallId(item.call_id?.into()),
            name: item.name?.into(),
            arguments: item.arguments.unwrap_or_default().into(),
        }),
        _ => None,
    }
}

fn response_done(head: &Head, out: &mut Vec<Heard>) {
    let Some(response) = head.response.and_then(|raw| serde_json::from_str::<Value>(raw.get()).ok()) else {
        return;
    };
    let Some(id) = response["id"].as_str() else { return };
    let status = match response["status"].as_str() {
        // What was said before a limit of length or content was said.
        Some("completed" | "incomplete") => ReplyStatus::Completed,
        Some("cancelled") => ReplyStatus::Cancelled,
        _ => ReplyStatus::Failed,
    };
    let code = response["status_details"]["error"]["code"].as_str();
    out.push(Heard::Event(Event::ResponseDone(ResponseId(id.into()), status, tokens(&response["usage"]))));
    if status == ReplyStatus::Failed {
        out.extend(code.map(|code| Heard::Complaint(code.to_owned())));
        if code.is_some_and(is_final) {
            out.push(Heard::Event(Event::Lost(Loss::Final)));
        }
    }
}

/// Tokens by kind. What was cached is part of what went in, and is told apart by kind.
pub(super) fn tokens(usage: &Value) -> Tokens {
    let count = |value: &Value| token_count(value).unwrap_or_default();
    let known = |value: &Value| value.as_u64().map(|_| count(value));
    let (input, output) = (&usage["input_token_details"], &usage["output_token_details"]);
    let cached = &input["cached_tokens_details"];
    let audio_in = count(&input["audio_tokens"]);
    let text_in = match known(&input["text_tokens"]) {
        Some(text) => text + count(&input["image_tokens"]),
        None => count(&usage["input_tokens"]).saturating_sub(audio_in),
    };
    let cached_audio_in = count(&cached["audio_tokens"]).min(audio_in);
    let cached_text_in = match known(&cached["text_tokens"]) {
        Some(text) => text + count(&cached["image_tokens"]),
        None => count(&input["cached_tokens"]).saturating_sub(cached_audio_in),
    };
    let audio_out = count(&output["audio_tokens"]);
    Tokens {
        text_in,
        audio_in,
        cached_text_in: cached_text_in.min(text_in),
        cached_audio_in,
        text_out: known(&output["text_tokens"])
            .unwrap_or_else(|| count(&usage["output_tokens"]).saturating_sub(audio_out)),
        audio_out,
    }
}

fn fault(session: &mut GaSession, text: &str, out: &mut Vec<Heard>) {
    let fault = Fault::from_event(&serde_json::from_str(text).unwrap_or_default());
    let code = fault.code.as_deref().or(fault.kind.as_deref()).unwrap_or("unknown");
    out.push(Heard::Complaint(code.to_owned()));
    if is_final(code) {
        return out.push(Heard::Event(Event::Lost(Loss::Final)));
    }
    if code == "session_expired" {
        return out.push(Heard::Event(Event::Lost(Loss::Passing)));
    }
    if session.is_refused_by(&fault) {
        return session.degrade(&fault, out);
    }
    let event_id = fault.event_id.as_deref().unwrap_or_default();
    let tag = event_id.strip_prefix(REQUEST_ID).and_then(|tag| tag.parse().ok()).map(RequestTag);
    let obstacle = if fault.is_active_response() {
        Obstacle::Active
    } else if tag.is_some() || fault.field_of_response().is_some() {
        session.reduce_requests(&fault, out);
        Obstacle::Other
    } else {
        return;
    };
    // A refused request is answered by no response.
    session.requested = None;
    out.push(Heard::Event(Event::ResponseRefused(tag, obstacle)));
}
