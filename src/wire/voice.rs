//! The control events of a call's WebSocket (PROTOCOL.md section 8): JSON beside the binary audio.

use std::borrow::Cow;
use std::sync::Arc;

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::UserView;
#[cfg(test)]
use super::client::Nothing;

/// The most characters of a whisper, of words to say, or of a note at hand-back.
pub const VOICE_TEXT_MAX_CHARS: usize = 2_000;

/// What a leg says first.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
pub struct VoiceHello {
    /// Single use; none where `resume` is there.
    #[serde(default)]
    pub ticket: Option<String>,
    /// The rate of what it will send under codec 3, in Hz.
    #[serde(default)]
    pub rate: Option<u32>,
    /// The codecs it will send.
    #[serde(default)]
    pub codecs: Vec<u8>,
    /// A leg that was lost comes back.
    #[serde(default)]
    pub resume: Option<VoiceResume>,
}

/// How a leg comes back.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
pub struct VoiceResume {
    /// The token of the last `ready`; used once.
    pub token: String,
    /// The last control event it got.
    #[serde(default)]
    #[cfg_attr(test, ts(type = "number"))]
    pub last_n: u64,
    /// What had been played when the leg was lost; it has played nothing since.
    #[serde(default)]
    pub played: Option<VoicePlayed>,
}

/// What has been played.
#[derive(Debug, Clone, Copy, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct VoicePlayed {
    /// The generation that is played.
    pub generation: u16,
    /// The utterance.
    pub item: u16,
    /// Samples of it in all, at 24 kHz.
    pub samples: u32,
    /// Sound still in the browser, in milliseconds.
    #[serde(default)]
    pub buffered_ms: u32,
    /// How often the browser ran out of sound.
    #[serde(default)]
    pub underruns: u32,
}

/// A sign of life, and its answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct VoiceSign {
    /// Its number.
    #[serde(default)]
    #[cfg_attr(test, ts(type = "number"))]
    pub id: u64,
    /// The sender's clock, opaque to the other side.
    #[serde(default)]
    pub time: f64,
}

/// What a leg says after its hello.
#[derive(Debug, Clone)]
pub enum VoiceUp {
    /// What was played.
    Played(VoicePlayed),
    /// The microphone is muted.
    Mute,
    /// It is open again.
    Unmute,
    /// The visitor ends the call.
    Hangup,
    /// A sign of life; answered with the same data.
    Ping(VoiceSign),
    /// The answer to one.
    Pong,
    /// An agent listens.
    Listen,
    /// An agent tells the assistant something.
    Whisper(String),
    /// The assistant's voice says this.
    Say(String),
    /// Words for the assistant's voice are taken back before they are heard.
    TakeBack(u32),
    /// An agent takes the call.
    Take,
    /// An agent gives it back, with a note for the assistant.
    GiveBack(String),
    /// The visitor waits.
    Hold,
    /// An agent ends the call.
    End,
    /// Something newer than this server.
    Unknown,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    event: Cow<'a, str>,
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
}

/// Data that does not matter.
#[derive(Deserialize)]
#[serde(transparent)]
struct Anything(IgnoredAny);

/// Words.
#[derive(Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "VoiceText"))]
pub(super) struct TextData {
    /// At most 2,000 characters.
    text: String,
}

/// Words that wait to be said.
#[derive(Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "VoiceSayId"))]
pub(super) struct SayIdData {
    /// Their number.
    say_id: u32,
}

/// A note for the assistant.
#[derive(Default, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "VoiceNote", optional_fields))]
pub(super) struct NoteData {
    /// At most 2,000 characters.
    #[serde(default)]
    note: Option<String>,
}

/// Reads a hello.
///
/// # Errors
/// Why it is none, for people.
pub fn parse_voice_hello(text: &str) -> Result<VoiceHello, String> {
    let envelope: Envelope = serde_json::from_str(text).map_err(|error| format!("bad frame: {error}"))?;
    if envelope.event != "hello" {
        return Err("say hello first".to_owned());
    }
    serde_json::from_str(envelope.data.map_or("{}", RawValue::get))
        .map_err(|error| format!("bad data for hello: {error}"))
}

macro_rules! voice_up_events {
    ($($name:literal: $data:ty as $shown:ty => $read:expr;)*) => {
        impl VoiceUp {
            /// The names with the TypeScript of their data.
            #[cfg(test)]
            pub(super) fn typescript(config: &ts_rs::Config) -> Vec<(&'static str, String)> {
                vec![$(($name, <$shown as ts_rs::TS>::name(config)),)*]
            }

            fn decode(name: &str, json: &str) -> Result<Self, String> {
                let bad = |error: serde_json::Error| format!("bad data for {name}: {error}");
                match name {
                    $($name => {
                        let read: fn($data) -> Result<Self, String> = $read;
                        read(serde_json::from_str(json).map_err(bad)?)
                    })*
                    _ => Ok(Self::Unknown),
                }
            }
        }
    };
}

voice_up_events! {
    "played": VoicePlayed as VoicePlayed => |played| Ok(Self::Played(played));
    "mute": Anything as Nothing => |_| Ok(Self::Mute);
    "unmute": Anything as Nothing => |_| Ok(Self::Unmute);
    "hangup": Anything as Nothing => |_| Ok(Self::Hangup);
    "ping": VoiceSign as VoiceSign => |sign| Ok(Self::Ping(sign));
    "pong": Anything as VoiceSign => |_| Ok(Self::Pong);
    "listen": Anything as Nothing => |_| Ok(Self::Listen);
    "whisper": TextData as TextData => |data| check_words(data.text).map(Self::Whisper);
    "say": TextData as TextData => |data| check_words(data.text).map(Self::Say);
    "take_back": SayIdData as SayIdData => |data| Ok(Self::TakeBack(data.say_id));
    "take": Anything as Nothing => |_| Ok(Self::Take);
    "give_back": Option<NoteData> as NoteData => |data| check_note(data.unwrap_or_default()).map(Self::GiveBack);
    "hold": Anything as Nothing => |_| Ok(Self::Hold);
    "end": Anything as Nothing => |_| Ok(Self::End);
}

impl VoiceUp {
    /// Reads a control event.
    ///
    /// # Errors
    /// Why it is none, for people.
    pub fn parse(text: &str) -> Result<Self, String> {
        let envelope: Envelope = serde_json::from_str(text).map_err(|error| format!("bad frame: {error}"))?;
        Self::decode(&envelope.event, envelope.data.map_or("{}", RawValue::get))
    }
}

fn check_note(data: NoteData) -> Result<String, String> {
    let note = data.note.unwrap_or_default();
    if note.is_empty() { Ok(note) } else { check_words(note) }
}

fn check_words(text: String) -> Result<String, String> {
    let count = text.chars().count();
    if text.trim().is_empty() {
        return Err("the text is empty".to_owned());
    }
    if count > VOICE_TEXT_MAX_CHARS {
        return Err(format!("the text has {count} characters; at most {VOICE_TEXT_MAX_CHARS} are allowed"));
    }
    Ok(text)
}

/// Limits of a call, for its clients.
#[derive(Debug, Clone, Copy, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct VoiceLimits {
    /// The longest it may last.
    #[cfg_attr(test, ts(type = "number"))]
    pub max_seconds: u64,
    /// The longest without a word.
    #[cfg_attr(test, ts(type = "number"))]
    pub idle_seconds: u64,
}

/// What whoever calls must know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct VoiceNotice {
    /// The call is recorded.
    pub recording: bool,
    /// People of the business may listen.
    pub monitored: bool,
    /// No real model answers.
    pub simulated: bool,
    /// The server's own basic voice answers, turn by turn.
    pub basic: bool,
}

/// How the call is, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct VoiceState {
    /// Who has the call.
    #[cfg_attr(test, ts(type = "'assistant' | 'taking' | 'agent' | 'hold' | 'releasing'"))]
    pub floor: &'static str,
    /// The agent who has it, or is about to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub agent: Option<UserView>,
    /// Whether an agent listens.
    pub listening: bool,
    /// The voice that answers listens and speaks at once: it puts words of agents in its own, and looks most things up.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(test, ts(optional, as = "Option<bool>"))]
    pub duplex: bool,
    /// How the way to the voice is.
    #[cfg_attr(test, ts(type = "'ok' | 'reconnecting' | 'degraded'"))]
    pub link: &'static str,
}

/// One turn of a brief.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct VoiceTurn {
    /// Whose words.
    #[cfg_attr(test, ts(type = "'visitor' | 'assistant' | 'agent'"))]
    pub role: &'static str,
    /// The words.
    #[cfg_attr(test, ts(type = "string"))]
    pub text: Arc<str>,
}

/// What the hub says to a leg.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "event", content = "data", rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum VoiceDown {
    /// The leg may speak.
    Ready {
        /// The call.
        call_id: String,
        /// The codec of what it will hear: 0.
        codec: u8,
        /// The length of a frame in milliseconds.
        frame_ms: u32,
        /// How it comes back, once.
        resume_token: String,
        /// Limits.
        limits: VoiceLimits,
        /// What must be known.
        notice: VoiceNotice,
        /// How the call is.
        state: VoiceState,
    },
    /// How the call is now.
    State(VoiceState),
    /// An utterance begins.
    Item {
        /// Its tag in audio frames.
        item: u16,
        /// The id that its entry will have.
        entry_id: String,
        /// Whose it is.
        #[cfg_attr(test, ts(type = "'visitor' | 'assistant' | 'agent'"))]
        role: &'static str,
    },
    /// Drop everything older.
    Clear {
        /// The generation that begins.
        generation: u16,
        /// How long the last sound fades.
        fade_ms: u32,
    },
    /// Who is speaking.
    Turn {
        /// Who.
        #[cfg_attr(test, ts(type = "'visitor' | 'assistant' | 'agent' | 'none'"))]
        speaking: &'static str,
    },
    /// What the assistant is doing.
    Tool {
        /// The tool.
        #[cfg_attr(test, ts(type = "string"))]
        name: Arc<str>,
        /// How far it is.
        #[cfg_attr(test, ts(type = "'running' | 'done' | 'failed'"))]
        stage: &'static str,
    },
    /// The words of an utterance so far, all of them; of the assistant's, what was heard.
    Transcript {
        /// The id that its entry has or will have.
        entry_id: String,
        /// Whose it is.
        #[cfg_attr(test, ts(type = "'visitor' | 'assistant' | 'agent'"))]
        role: &'static str,
        /// The words.
        text: String,
        /// Whether nothing follows.
        r#final: bool,
    },
    /// What an agent should know who comes into the call.
    Brief {
        /// What older messages said, in short.
        summary: String,
        /// How the visitor feels, where somebody has looked.
        sentiment: Option<String>,
        /// The newest turns.
        last_turns: Vec<VoiceTurn>,
        /// What the call has cost so far, in US dollars.
        cost: f64,
    },
    /// For agents: how far words are that one of them lets the assistant say.
    Say {
        /// Their number in the call.
        say_id: u32,
        /// Whose they are.
        by: UserView,
        /// The words.
        #[cfg_attr(test, ts(type = "string"))]
        text: Arc<str>,
        /// How far they are; they can be taken back while they wait.
        #[cfg_attr(test, ts(type = "'waiting' | 'speaking' | 'taken_back' | 'dropped'"))]
        stage: &'static str,
    },
    /// A sign of life.
    Ping(VoiceSign),
    /// The answer to one.
    Pong(VoiceSign),
    /// Something was wrong.
    Error {
        /// What, as PROTOCOL.md section 5 has it.
        #[cfg_attr(test, ts(type = "ErrorCode"))]
        code: &'static str,
        /// For people.
        message: String,
        /// Whether to try again.
        retry: bool,
        /// Whether the call ends.
        fatal: bool,
    },
    /// The call is over.
    Ended {
        /// Why.
        #[cfg_attr(test, ts(type = "'visitor' | 'agent' | 'limit' | 'budget' | 'idle' | 'error'"))]
        reason: &'static str,
        /// How long it was.
        #[cfg_attr(test, ts(type = "number"))]
        seconds: u64,
    },
}

impl VoiceDown {
    /// The frame's text under this number.
    #[must_use]
    pub fn text(&self, n: u64) -> String {
        #[derive(Serialize)]
        struct Numbered<'a> {
            n: u64,
            #[serde(flatten)]
            event: &'a VoiceDown,
        }
        serde_json::to_string(&Numbered { n, event: self }).expect("wire types serialise into memory")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_named_and_numbered() {
        let clear = VoiceDown::Clear { generation: 3, fade_ms: 5 };

        assert_eq!(clear.text(7), r#"{"n":7,"event":"clear","data":{"generation":3,"fade_ms":5}}"#);
        let state = VoiceState { floor: "hold", agent: None, listening: true, duplex: false, link: "ok" };
        assert_eq!(
            VoiceDown::State(state).text(1),
            r#"{"n":1,"event":"state","data":{"floor":"hold","listening":true,"link":"ok"}}"#
        );
    }

    #[test]
    fn what_a_leg_says_is_read_and_the_unknown_is_let_pass() {
        let played = r#"{"event":"played","data":{"generation":1,"item":2,"samples":480,"buffered_ms":80,"underruns":0}}"#;

        assert!(matches!(VoiceUp::parse(played), Ok(VoiceUp::Played(one)) if one.samples == 480));
        assert!(
            matches!(VoiceUp::parse(r#"{"event":"give_back"}"#), Ok(VoiceUp::GiveBack(note)) if note.is_empty())
        );
        assert!(matches!(VoiceUp::parse(r#"{"event":"give_back","data":null}"#), Ok(VoiceUp::GiveBack(_))));
        assert!(matches!(VoiceUp::parse(r#"{"event":"later","data":[]}"#), Ok(VoiceUp::Unknown)));
        for wrong in ["", "[]", r#"{"event":"say"}"#, r#"{"event":"say","data":{"text":" "}}"#] {
            assert!(VoiceUp::parse(wrong).is_err(), "{wrong}");
        }
        let long = format!(r#"{{"event":"whisper","data":{{"text":"{}"}}}}"#, "x".repeat(2_001));
        assert!(VoiceUp::parse(&long).is_err());
    }
}
