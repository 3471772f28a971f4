//! State of one connection: its start, its clock, and what it has used.

use audio::relay::{Event, Loss, RequestTag};
use serde_json::{Value, json};

use super::pieces::first_piece;
use super::turns::Turns;
use super::voice::Voice;
use crate::providers::realtime::models::VoiceModel;
use crate::providers::realtime::openai::{CLOSED_MAX, is_refusal};
use crate::providers::realtime::{Heard, Setup};

/// Our id of the start, by which its errors are known.
pub(super) const START_ID: &str = "evt_start";
/// Prefix of our ids of requests to speak.
pub(super) const REQUEST_ID: &str = "evt_request_";

/// Parts of a start that a provider may refuse and that it does without then.
const OPTIONAL: [&str; 3] = ["audio.output.voice", "input", "store"];

/// Use is passed on in steps of so many milliseconds: for less a row in storage is too much.
const USE_STEP_MS: u64 = 10_000;

/// Bytes of sound in a millisecond.
const BYTES_PER_MS: u64 = 48;

/// A connection that speaks the dialect.
#[derive(Debug)]
pub(super) struct LiveSession {
    pub(super) model: String,
    pub(super) setup: Setup,
    pub(super) limits: &'static VoiceModel,
    pub(super) is_started: bool,
    /// What it is asked to say and has not begun to.
    pub(super) requested: Option<RequestTag>,
    pub(super) voice: Voice,
    pub(super) turns: Turns,
    sent_bytes: u64,
    /// What it has said to have used, and what of it, or of our own count, was passed on.
    used_ms: u64,
    passed_on_ms: u64,
    /// It has said what it used in all.
    is_closed: bool,
}

impl LiveSession {
    /// A connection that will be started so.
    pub(super) fn new(model: &str, setup: Setup) -> Self {
        let limits = VoiceModel::named(model).expect("the registry has found its entry");
        warn_of_settings(limits, &setup);
        Self {
            model: model.to_owned(),
            setup,
            limits,
            is_started: false,
            requested: None,
            voice: Voice::default(),
            turns: Turns::default(),
            sent_bytes: 0,
            used_ms: 0,
            passed_on_ms: 0,
            is_closed: false,
        }
    }

    /// The first event, with these messages of what was said before.
    pub(super) fn start_event(&self, input: Vec<Value>) -> String {
        let setup = &self.setup;
        let mut session = json!({
            "model": self.model,
            "instructions": first_piece(instructions(setup), self.limits.instructions_max_tokens),
            "audio": { "format": { "type": "audio/pcm", "rate": 24_000 } },
            "delegation": { "type": "client" },
        });
        if !self.is_left_out("audio.output.voice") {
            session["audio"]["output"] = json!({ "voice": self.limits.voice(&setup.voice) });
        }
        if !input.is_empty() && !self.is_left_out("input") {
            session["input"] = input.into();
        }
        if !self.is_left_out("store") {
            session["store"] = false.into();
        }
        json!({ "type": "session.start", "event_id": START_ID, "session": session }).to_string()
    }

    /// The session has this id. Nothing was heard on it before it started.
    pub(super) fn name(&mut self, id: &str) {
        self.voice = Voice::of(id);
        self.turns = Turns::of(id);
    }

    fn is_left_out(&self, field: &str) -> bool {
        self.setup.without.iter().any(|known| known == field)
    }

    /// Where the session's clock stands: at the end of the sound that it was sent.
    pub(super) fn clock_ms(&self) -> u64 {
        self.sent_bytes / BYTES_PER_MS
    }

    /// Counts sound that is sent.
    pub(super) fn advance(&mut self, byte_count: usize) {
        self.sent_bytes += byte_count as u64;
    }

    /// The start was refused. Nobody says whether another may follow it on the same connection, so that another
    /// connection is made, without what was refused.
    pub(super) fn refuse_start(&mut self, param: &str, message: &str, out: &mut Vec<Heard>) {
        let named = param.strip_prefix("session.").unwrap_or(param);
        let is_it = |field: &&&str| named.starts_with(**field) || message.contains(**field);
        let refused = OPTIONAL.iter().find(is_it).filter(|field| !self.is_left_out(field));
        let Some(field) = refused else {
            let field = if named.is_empty() { "the whole session" } else { named };
            return give_up(field, out);
        };
        self.setup.without.push((*field).to_owned());
        out.push(Heard::Reduced(Some((*field).to_owned()), Box::new(self.setup.clone())));
        out.push(Heard::Event(Event::Lost(Loss::Passing)));
    }

    /// Takes in that the provider has closed the connection. Before it was started that is a refusal of everything.
    pub(super) fn closed(&mut self, code: u16, out: &mut Vec<Heard>) {
        if self.is_started || !is_refusal(code) {
            return;
        }
        self.setup.closed_count += 1;
        if self.setup.closed_count >= CLOSED_MAX {
            return give_up("the whole session", out);
        }
        out.push(Heard::Reduced(None, Box::new(self.setup.clone())));
    }

    /// Takes in what the session has used so far, and passes it on in steps.
    pub(super) fn record_use(&mut self, seconds: f64, out: &mut Vec<Heard>) {
        let Some(used_ms) = milliseconds(seconds) else { return };
        self.used_ms = self.used_ms.max(used_ms);
        if self.used_ms >= self.passed_on_ms + USE_STEP_MS {
            self.pass_on_use(false, out);
        }
    }

    /// The session has said its last; its use is known.
    pub(super) fn close(&mut self, out: &mut Vec<Heard>) {
        self.is_closed = true;
        self.pass_on_use(false, out);
    }

    /// The connection has ended. What it used is what it said last; where it had no time to, what it was sent.
    pub(super) fn ended(&mut self, out: &mut Vec<Heard>) {
        self.pass_on_use(false, out);
        if !self.is_closed && self.is_started && self.clock_ms() > self.used_ms {
            self.used_ms = self.clock_ms();
            self.pass_on_use(true, out);
        }
    }

    fn pass_on_use(&mut self, is_estimate: bool, out: &mut Vec<Heard>) {
        let ms = self.used_ms - self.passed_on_ms;
        self.passed_on_ms = self.used_ms;
        if ms > 0 {
            out.push(Heard::Lasted { ms, is_estimate });
        }
    }

    /// Asks for the last word, which says what the session has used.
    pub(super) fn farewell(&mut self) -> Option<String> {
        (self.is_started && !self.is_closed).then(|| json!({ "type": "session.close" }).to_string())
    }
}

/// What the model is told.
fn instructions(setup: &Setup) -> &str {
    if setup.delegating_instructions.is_empty() {
        &setup.instructions
    } else {
        &setup.delegating_instructions
    }
}

/// Settings that the protocol has no field for are said to be without effect, and a voice to be another.
fn warn_of_settings(limits: &VoiceModel, setup: &Setup) {
    let model = limits.model.as_str();
    let voice = limits.voice(&setup.voice);
    if voice != setup.voice {
        tracing::warn!(model, voice, "{model} has no voice {:?} and speaks with {voice:?}", setup.voice);
    }
    if (setup.speed - 1.0).abs() > f64::EPSILON {
        tracing::warn!(model, "{model} speaks at its own speed: voice_speed has no effect");
    }
    let text = instructions(setup);
    if first_piece(text, limits.instructions_max_tokens).len() < text.trim_end().len() {
        tracing::warn!(model, "the instructions are longer than {model} takes; their end is left out");
    }
}

fn give_up(field: &str, out: &mut Vec<Heard>) {
    out.push(Heard::Unfit(field.to_owned()));
    out.push(Heard::Event(Event::Lost(Loss::Final)));
}

/// Seconds in whole milliseconds; what cannot be a time is none.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be in bounds")]
fn milliseconds(seconds: f64) -> Option<u64> {
    (0.0..1e9).contains(&seconds).then(|| (seconds * 1_000.0).round() as u64)
}
