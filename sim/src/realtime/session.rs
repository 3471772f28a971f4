//! One session, as pure decisions: what was received and the time go in, what is sent comes out. Nothing here knows
//! sockets or clocks, so a seed and the same input play the same session again.

use serde_json::{Value, json};
use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use super::config::Config;
use super::dice::Dice;
use super::events::{Emission, Outbox, OutboxRules};
use super::faults::Faults;
use super::input::Input;
use super::items::{Audible, Item, Items, words};
use super::log::{ItemLog, Recorder};
use super::request::{Request, SpeechRequest};
use super::response::Response;
use super::scenario::Scenario;
use super::tape::Tape;
use super::usage::Tokens;

/// An hour: what a session lasts where the scenario says nothing else.
const SESSION_MS: u64 = 60 * 60 * 1_000;

/// When sessions without a clock are opened, in seconds since 1970.
pub const OFFLINE_UNIX_S: u64 = 1_800_000_000;

/// What a session is opened with.
#[derive(Debug)]
pub(super) struct Opening {
    pub(super) scenario: Arc<Scenario>,
    /// The scenario's faults, or none where this connection is spared.
    pub(super) faults: Faults,
    pub(super) model: String,
    /// Whether its address said that it only writes down what it hears.
    pub(super) is_transcription: bool,
    pub(super) is_beta: bool,
    pub(super) log: Recorder,
    /// Counts the items that sound in tones, over all connections.
    pub(super) tones: Arc<AtomicU32>,
    /// Milliseconds from the simulator's start to this connection's.
    pub(super) offset_ms: u64,
    /// Seconds since 1970.
    pub(super) unix_s: u64,
}

impl Opening {
    /// Chance in this session.
    pub(super) fn dice(&self) -> Dice {
        Dice::new(self.scenario.seed.wrapping_add(self.log.index() as u64))
    }

    /// What the session sends through.
    pub(super) fn outbox(&self) -> Outbox {
        let rules = OutboxRules {
            is_beta: self.is_beta,
            records: self.scenario.records_audio,
            repeats_ids: self.faults.duplicate_event_id,
            drop_after: self.faults.drop_after_events,
            offset_ms: self.offset_ms,
        };
        Outbox::new(self.log.clone(), rules)
    }

    /// Where what the session hears is kept, where that is wanted.
    pub(super) fn tape(&self) -> Option<Tape> {
        self.scenario.keeps_audio_in.as_deref().map(|folder| Tape::start(folder, self.log.index()))
    }

    /// When the session ends by itself.
    pub(super) fn expires_ms(&self) -> u64 {
        self.scenario.max_session_ms.unwrap_or(SESSION_MS)
    }

    /// Of a session without a socket, whose clock is an argument.
    pub(super) fn offline(scenario: Scenario, log: Recorder) -> Self {
        Self {
            faults: scenario.faults.clone(),
            scenario: Arc::new(scenario),
            model: String::new(),
            is_transcription: false,
            is_beta: false,
            log,
            tones: Arc::default(),
            offset_ms: 0,
            unix_s: OFFLINE_UNIX_S,
        }
    }
}

/// Something that happens later.
#[derive(Debug)]
pub(super) enum Later {
    Updated(Value),
    /// A response that was active unannounced.
    Announced,
    Transcript {
        item_id: String,
        turn: usize,
        ms: u64,
    },
}

/// The state of a connection.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) scenario: Arc<Scenario>,
    pub(super) faults: Faults,
    pub(super) log: Recorder,
    pub(super) dice: Dice,
    pub(super) outbox: Outbox,
    pub(super) now_ms: u64,
    pub(super) offset_ms: u64,
    pub(super) config: Config,
    pub(super) is_beta: bool,
    /// Whether a `session.updated` was sent.
    pub(super) is_configured: bool,
    pub(super) is_voice_locked: bool,
    pub(super) input: Input,
    pub(super) tape: Option<Tape>,
    pub(super) items: Items,
    pub(super) conversation_id: String,
    pub(super) active: Option<Response>,
    pub(super) asides: Vec<Response>,
    /// Responses that wait for the active one to end.
    pub(super) queue: VecDeque<Request>,
    pub(super) speech_requests: Vec<SpeechRequest>,
    /// Response and output index of words that are being spoken outside.
    pub(super) speech_pending: HashSet<(String, usize)>,
    pub(super) tones: Arc<AtomicU32>,
    pub(super) turn_count: usize,
    /// What a response says that no script is left for.
    pub(super) reply_words: String,
    pub(super) script_position: usize,
    pub(super) aside_position: usize,
    pub(super) failed_count: usize,
    pub(super) has_announced: bool,
    pub(super) cached_before: Tokens,
    pub(super) later: Vec<(u64, Later)>,
    /// From when on silence counts as idle: the end of what was said last.
    pub(super) idle_from_ms: Option<u64>,
    /// Until when a response is active that was not announced.
    pub(super) unannounced_until_ms: Option<u64>,
    /// Until when the connection reads nothing.
    pub(super) reading_stops_until_ms: u64,
    expires_ms: u64,
}

impl Session {
    /// Opens a session, which greets at once.
    pub(super) fn open(opening: Opening) -> Self {
        let (mut dice, outbox, tape) = (opening.dice(), opening.outbox(), opening.tape());
        let expires_ms = opening.expires_ms();
        let Opening { scenario, faults, model, is_transcription, is_beta, log, tones, offset_ms, unix_s } =
            opening;
        let mut config = Config::new(&dice.id("sess_"), &model, unix_s + expires_ms.div_ceil(1_000));
        if is_transcription {
            config = config.for_transcription();
        }
        let mut session = Self {
            outbox,
            conversation_id: dice.id("conv_"),
            input: Input::new(scenario.records_audio),
            tape,
            scenario,
            faults,
            log,
            dice,
            now_ms: 0,
            offset_ms,
            config,
            is_beta,
            is_configured: false,
            is_voice_locked: false,
            items: Items::default(),
            active: None,
            asides: Vec::new(),
            queue: VecDeque::new(),
            speech_requests: Vec::new(),
            speech_pending: HashSet::new(),
            tones,
            turn_count: 0,
            reply_words: "Hello, this is a simulation.".to_owned(),
            script_position: 0,
            aside_position: 0,
            failed_count: 0,
            has_announced: false,
            cached_before: Tokens::default(),
            later: Vec::new(),
            idle_from_ms: None,
            unannounced_until_ms: None,
            reading_stops_until_ms: 0,
            expires_ms,
        };
        session.greet();
        session
    }

    fn greet(&mut self) {
        if let Some(code) = self.faults.error_then_close.clone() {
            self.emit_error("invalid_request_error", &code, "This failure was asked for.");
            self.outbox.end(Emission::after_error(code));
            return;
        }
        let session = self.config.session().clone();
        self.emit(json!({ "type": "session.created", "session": session }));
        if self.scenario.sends_conversation_created {
            let conversation = json!({ "id": self.conversation_id, "object": "realtime.conversation" });
            self.emit(json!({ "type": "conversation.created", "conversation": conversation }));
        }
    }

    /// What the connection is to do now.
    pub(super) fn take_emissions(&mut self) -> VecDeque<Emission> {
        self.outbox.take()
    }

    /// Words that are to be spoken by somebody who can.
    pub(super) fn take_speech_requests(&mut self) -> Vec<SpeechRequest> {
        std::mem::take(&mut self.speech_requests)
    }

    /// When [`Session::tick`] has something to do.
    pub(super) fn next_ms(&self) -> Option<u64> {
        if self.outbox.is_over() {
            return None;
        }
        let responses = self.active.iter().chain(&self.asides).filter_map(Response::next_ms);
        let later = self.later.iter().map(|(due_ms, _)| *due_ms);
        responses.chain(later).chain(self.idle_ms()).chain([self.expires_ms]).min()
    }

    /// Does everything that is due.
    pub(super) fn tick(&mut self, now_ms: u64) {
        self.now_ms = now_ms;
        if self.outbox.is_over() {
            return;
        }
        if now_ms >= self.expires_ms {
            let message = "Your session hit the maximum duration of 60 minutes.";
            self.emit_error("invalid_request_error", "session_expired", message);
            self.outbox.end(Emission::Close(1_001, "session expired".to_owned()));
            return;
        }
        while let Some(at) = self.later.iter().position(|(due_ms, _)| *due_ms <= now_ms) {
            let (_, later) = self.later.remove(at);
            self.happen(later);
        }
        self.advance_responses();
        if self.idle_ms().is_some_and(|idle_ms| idle_ms <= now_ms) {
            self.time_out();
        }
    }

    fn happen(&mut self, later: Later) {
        match later {
            Later::Updated(session) => self.confirm_update(session),
            Later::Announced => self.announce_own(),
            Later::Transcript { item_id, turn, ms } => self.transcribe(&item_id, turn, ms),
        }
    }

    /// Answers an update, and does what the scenario wants after that.
    pub(super) fn confirm_update(&mut self, session: Value) {
        self.log.change(|log| log.config = Some(session.clone()));
        let is_first = !std::mem::replace(&mut self.is_configured, true);
        self.emit(json!({ "type": "session.updated", "session": session }));
        if is_first {
            for _ in 0..self.faults.error_storm {
                self.emit_error("server_error", "scripted_error", "This harmless error was asked for.");
            }
            self.reading_stops_until_ms = self.now_ms + self.faults.stop_reading_ms;
        }
    }

    pub(super) fn emit(&mut self, event: Value) {
        self.outbox.emit(event, self.now_ms, &mut self.dice);
    }

    pub(super) fn emit_error(&mut self, kind: &str, code: &str, message: &str) {
        let error =
            json!({ "type": kind, "code": code, "message": message, "param": null, "event_id": null });
        self.emit(json!({ "type": "error", "error": error }));
    }

    /// Notes a rule that the client broke.
    pub(super) fn note_violation(&mut self, violation: impl Into<String>) {
        self.log.note_violation(violation.into());
    }

    /// Puts a finished item into the conversation and says so.
    pub(super) fn add_item(&mut self, at: usize, item: Item) {
        let (id, wire) = (item.id.clone(), item.wire.clone());
        self.insert_item(at, item);
        let previous_id = self.items.previous_id(&id).map(str::to_owned);
        for kind in ["conversation.item.added", "conversation.item.done"] {
            self.emit(json!({ "type": kind, "previous_item_id": previous_id, "item": wire }));
        }
    }

    /// Puts an item into the conversation and the log.
    pub(super) fn insert_item(&mut self, at: usize, item: Item) {
        let wire = &item.wire;
        let text_of = |name: &str| wire[name].as_str().unwrap_or_default().to_owned();
        let tone = match &item.audible {
            Audible::Assistant { sound, .. } => sound.tone(),
            Audible::No | Audible::User { .. } => None,
        };
        let mut entry = ItemLog {
            id: item.id.clone(),
            previous_id: None,
            kind: text_of("type"),
            role: text_of("role"),
            text: words(wire),
            tone,
            ..ItemLog::default()
        };
        let id = item.id.clone();
        self.items.insert(at, item);
        entry.previous_id = self.items.previous_id(&id).map(str::to_owned);
        self.log.change(|log| log.items.push(entry));
    }
}

#[cfg(test)]
#[path = "session_tests.rs"]
mod tests;
