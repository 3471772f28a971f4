//! Decodes a session's events into provider-independent ones. An unknown event, a missing field or a null never ends a
//! call.

use std::borrow::Cow;

use audio::relay::{CallId, Event, Loss, Obstacle, RequestTag};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::session::{LiveSession, REQUEST_ID, START_ID};
use super::voice::{Spoken, Visitor};
use crate::providers::realtime::Heard;
use crate::providers::realtime::openai::is_final;
use crate::wire::without_nul;

/// What is read of every event. What is large is borrowed and looked at only where it is needed.
#[derive(Deserialize)]
struct Head<'a> {
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(borrow, default)]
    delta: Option<Cow<'a, str>>,
    #[serde(default)]
    start_ms: Option<f64>,
    #[serde(default)]
    end_ms: Option<f64>,
    #[serde(borrow, default)]
    reason: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    delegation: Option<&'a RawValue>,
    #[serde(borrow, default)]
    usage: Option<&'a RawValue>,
    #[serde(borrow, default)]
    session: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Started {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    expires_at: Option<i64>,
}

#[derive(Deserialize)]
struct Used {
    #[serde(default)]
    seconds: Option<f64>,
}

#[derive(Deserialize)]
struct Delegation {
    id: String,
    #[serde(default)]
    target: Option<String>,
}

pub(super) fn decode(session: &mut LiveSession, text: &str, out: &mut Vec<Heard>) {
    let Ok(head) = serde_json::from_str::<Head>(text) else {
        out.push(Heard::Complaint("an event that cannot be read".to_owned()));
        return;
    };
    match &*head.kind {
        "session.output_audio.delta" => sound(session, &head, out),
        "session.output_transcript.delta" => {
            if let Some(spoken) = spoken(&head) {
                session.voice.hear_words(spoken, out);
            }
        }
        "session.input_transcript.delta" => {
            if let Some(Spoken { words, from_ms, to_ms }) = spoken(&head) {
                let item = session.turns.item_of(from_ms, to_ms);
                out.push(Heard::Event(Event::TurnWords(item, words)));
            }
        }
        "session.started" => started(session, &head, out),
        "session.delegation.created" => out.extend(delegated(&head)),
        "session.usage.updated" => used(session, &head, out),
        "session.closed" => closed(session, &head, out),
        "error" => fault(session, text, out),
        _ => {}
    }
}

fn started(session: &mut LiveSession, head: &Head, out: &mut Vec<Heard>) {
    if std::mem::replace(&mut session.is_started, true) {
        return;
    }
    let started = head.session.and_then(|raw| serde_json::from_str::<Started>(raw.get()).ok());
    if let Some(Started { id, expires_at }) = started {
        session.name(&id.unwrap_or_default());
        out.extend(expires_at.filter(|at| *at > 0).map(Heard::Expires));
    }
    out.push(Heard::Event(Event::Configured));
}

fn sound(session: &mut LiveSession, head: &Head, out: &mut Vec<Heard>) {
    let Some(bytes) = head.delta.as_deref().and_then(|delta| audio::decode_base64(delta).ok()) else {
        return;
    };
    let silent_ms = session.turns.last_end_ms().map(|end_ms| session.clock_ms().saturating_sub(end_ms));
    session.voice.hear(bytes, &mut session.requested, Visitor { silent_ms }, out);
}

fn spoken(head: &Head) -> Option<Spoken> {
    let words = without_nul(head.delta.as_deref()?);
    if words.is_empty() {
        return None;
    }
    let from_ms = moment(head.start_ms).unwrap_or(0);
    let to_ms = moment(head.end_ms).unwrap_or(from_ms).max(from_ms);
    Some(Spoken { words: words.into(), from_ms, to_ms })
}

/// A task for the org's assistant; tasks that the provider sees to itself are none.
fn delegated(head: &Head) -> Option<Heard> {
    let delegation: Delegation = serde_json::from_str(head.delegation?.get()).ok()?;
    let is_ours = delegation.target.as_deref().is_none_or(|target| target == "client");
    is_ours.then(|| Heard::Event(Event::Delegated(CallId(delegation.id.into()))))
}

fn used(session: &mut LiveSession, head: &Head, out: &mut Vec<Heard>) {
    let used = head.usage.and_then(|raw| serde_json::from_str::<Used>(raw.get()).ok());
    if let Some(seconds) = used.and_then(|used| used.seconds) {
        session.record_use(seconds, out);
    }
}

/// The session is over: by its limit, by its filter, or with its connection. A call goes on over another one.
fn closed(session: &mut LiveSession, head: &Head, out: &mut Vec<Heard>) {
    used(session, head, out);
    session.close(out);
    let reason = head.reason.as_deref().unwrap_or("unknown");
    if reason != "close_requested" {
        out.push(Heard::Complaint(format!("closed_{}", without_nul(reason))));
    }
    out.push(Heard::Event(Event::Lost(Loss::Passing)));
}

fn fault(session: &mut LiveSession, text: &str, out: &mut Vec<Heard>) {
    let event: Value = serde_json::from_str(text).unwrap_or_default();
    let error = event.get("error").filter(|error| error.is_object()).unwrap_or(&event);
    let text_of = |name: &str| error[name].as_str().unwrap_or_default();
    let code = if text_of("code").is_empty() { text_of("type") } else { text_of("code") };
    out.push(Heard::Complaint(if code.is_empty() { "unknown" } else { code }.to_owned()));
    if is_final(code) {
        return out.push(Heard::Event(Event::Lost(Loss::Final)));
    }
    let caused_by = error["client_event_id"].as_str().or_else(|| event["client_event_id"].as_str());
    let is_of_start = caused_by.is_none_or(|id| id == START_ID);
    if !session.is_started {
        if is_of_start && error["type"] != "server_error" {
            session.refuse_start(text_of("param"), text_of("message"), out);
        }
        return;
    }
    let tag = caused_by.and_then(|id| id.strip_prefix(REQUEST_ID)).and_then(|tag| tag.parse().ok());
    if let Some(tag) = tag.map(RequestTag) {
        session.requested.take_if(|requested| *requested == tag);
        out.push(Heard::Event(Event::ResponseRefused(Some(tag), Obstacle::Other)));
    }
}

/// A moment in whole milliseconds; what cannot be one is none.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be in bounds")]
fn moment(ms: Option<f64>) -> Option<u64> {
    ms.filter(|ms| (0.0..1e12).contains(ms)).map(|ms| ms as u64)
}
