//! The hub's events to a visitor's leg that this client uses.

use serde::Deserialize;
use serde_json::{Value, json};

/// A control event.
#[derive(Debug, PartialEq)]
pub(super) enum Said {
    /// The call stands.
    Ready(Notice),
    /// How it is.
    State(State),
    /// Everything older is dropped.
    Clear(u16),
    /// Who speaks.
    Turn(String),
    /// Whether a tool begins, or has ended.
    Tool { is_running: bool },
    /// Words that will not change any more.
    Words { role: String, text: String },
    /// A sign of life, to be given back.
    Ping(Value),
    /// Something was wrong.
    Error(Fault),
    /// It is over.
    Ended(End),
    /// Nothing that matters here.
    Other,
}

/// What whoever calls must know.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct Notice {
    pub(super) recording: bool,
    pub(super) simulated: bool,
    pub(super) basic: bool,
}

/// How a call is.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub(super) struct State {
    pub(super) link: String,
    #[serde(default)]
    pub(super) agent: Option<Person>,
}

/// Somebody with a name.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Person {
    pub(super) name: String,
}

/// A complaint of the hub.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Fault {
    pub(super) code: String,
    pub(super) message: String,
    #[serde(default)]
    pub(super) fatal: bool,
}

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct End {
    pub(super) reason: String,
    pub(super) seconds: u64,
}

#[derive(Deserialize)]
struct Envelope {
    event: String,
    #[serde(default)]
    data: Value,
}

#[derive(Deserialize)]
struct Ready {
    notice: Notice,
    state: State,
}

#[derive(Deserialize)]
struct Transcript {
    role: String,
    text: String,
    r#final: bool,
}

#[derive(Deserialize)]
struct Clear {
    generation: u16,
}

#[derive(Deserialize)]
struct Turn {
    speaking: String,
}

#[derive(Deserialize)]
struct Tool {
    stage: String,
}

/// Reads an event. What `ready` says of the state comes behind it.
///
/// # Errors
/// It is not of the protocol.
pub(super) fn read(text: &str) -> Result<Vec<Said>, serde_json::Error> {
    let Envelope { event, data } = serde_json::from_str(text)?;
    let said = match event.as_str() {
        "ready" => {
            let Ready { notice, state } = serde_json::from_value(data)?;
            return Ok(vec![Said::Ready(notice), Said::State(state)]);
        }
        "state" => Said::State(serde_json::from_value(data)?),
        "clear" => Said::Clear(serde_json::from_value::<Clear>(data)?.generation),
        "turn" => Said::Turn(serde_json::from_value::<Turn>(data)?.speaking),
        "tool" => Said::Tool { is_running: serde_json::from_value::<Tool>(data)?.stage == "running" },
        "transcript" => {
            let Transcript { role, text, r#final } = serde_json::from_value(data)?;
            // Text without an entry was not written.
            if r#final && !text.is_empty() { Said::Words { role, text } } else { Said::Other }
        }
        "ping" => Said::Ping(data),
        "error" => Said::Error(serde_json::from_value(data)?),
        "ended" => Said::Ended(serde_json::from_value(data)?),
        _ => Said::Other,
    };
    Ok(vec![said])
}

/// An event upwards.
pub(super) fn write(event: &str, data: &Value) -> String {
    json!({ "event": event, "data": data }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{VoiceDown, VoiceLimits, VoiceNotice, VoiceState};

    fn state(link: &'static str) -> VoiceState {
        VoiceState { floor: "assistant", agent: None, listening: false, duplex: false, link }
    }

    fn said(event: &VoiceDown) -> Vec<Said> {
        read(&event.text(1)).unwrap()
    }

    #[test]
    fn what_the_server_writes_is_understood() {
        let ready = VoiceDown::Ready {
            call_id: "call".to_owned(),
            codec: 0,
            frame_ms: 20,
            resume_token: "token".to_owned(),
            limits: VoiceLimits { max_seconds: 1, idle_seconds: 2 },
            notice: VoiceNotice { recording: true, monitored: true, simulated: false, basic: true },
            state: state("reconnecting"),
        };
        let words = |text: &str, is_final| VoiceDown::Transcript {
            entry_id: "entry".to_owned(),
            role: "assistant",
            text: text.to_owned(),
            r#final: is_final,
        };

        let link = |link: &str| Said::State(State { link: link.to_owned(), agent: None });
        assert_eq!(
            said(&ready),
            [Said::Ready(Notice { recording: true, simulated: false, basic: true }), link("reconnecting")]
        );
        assert_eq!(said(&VoiceDown::State(state("ok"))), [link("ok")]);
        assert_eq!(said(&VoiceDown::Clear { generation: 3, fade_ms: 5 }), [Said::Clear(3)]);
        assert_eq!(said(&VoiceDown::Turn { speaking: "visitor" }), [Said::Turn("visitor".to_owned())]);
        assert_eq!(
            said(&VoiceDown::Tool { name: "x".into(), stage: "failed" }),
            [Said::Tool { is_running: false }]
        );
        let end = End { reason: "idle".to_owned(), seconds: 9 };
        assert_eq!(said(&VoiceDown::Ended { reason: "idle", seconds: 9 }), [Said::Ended(end)]);
        let spoken = Said::Words { role: "assistant".to_owned(), text: "At nine.".to_owned() };
        assert_eq!(said(&words("At nine.", true)), [spoken]);
        assert_eq!(said(&words("At ni", false)), [Said::Other]);
        assert_eq!(said(&words("", true)), [Said::Other]);
    }

    #[test]
    fn newer_events_are_let_pass_and_broken_ones_are_not() {
        assert_eq!(read(r#"{"n":1,"event":"later","data":[1]}"#).unwrap(), [Said::Other]);
        assert!(read(r#"{"n":1,"event":"clear","data":{}}"#).is_err());
        assert!(read("[]").is_err());
    }
}
