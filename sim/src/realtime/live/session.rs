//! One full-duplex session, as pure decisions: what was received and the time go in, what is sent comes out.

use serde_json::{Value, json};
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use super::speech::{Line, Speech};
use crate::realtime::dice::Dice;
use crate::realtime::events::{Emission, Outbox};
use crate::realtime::faults::Faults;
use crate::realtime::log::Recorder;
use crate::realtime::scenario::Scenario;
use crate::realtime::session::Opening;
use crate::realtime::tape::Tape;
use crate::realtime::vad::Vad;

/// What the session is about to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Plan {
    /// A line, when its clock stands there.
    Say { line: Line, due_ms: u64 },
    /// It hands a task over.
    Delegate { due_ms: u64 },
}

/// The state of a connection.
#[derive(Debug)]
pub(in crate::realtime) struct LiveSession {
    pub(super) scenario: Arc<Scenario>,
    pub(super) faults: Faults,
    pub(super) log: Recorder,
    pub(super) dice: Dice,
    pub(in crate::realtime) outbox: Outbox,
    pub(super) now_ms: u64,
    pub(super) offset_ms: u64,
    pub(super) resource: Value,
    pub(super) is_started: bool,
    pub(super) is_muted: bool,
    pub(super) seam: audio::Seam,
    /// Samples that do not fill 20 ms yet.
    pub(super) pending: Vec<i16>,
    pub(super) tape: Option<Tape>,
    /// Its clock: how much sound it was sent.
    pub(super) clock_ms: u64,
    pub(super) vad: Vad,
    /// When the speech under way began, by its clock.
    pub(super) heard_from_ms: Option<u64>,
    pub(super) turn_count: usize,
    pub(super) overlap_ms: u64,
    pub(super) speech: Option<Speech>,
    pub(super) plans: VecDeque<Plan>,
    /// Tasks that were handed over and not answered.
    pub(super) open_tasks: BTreeSet<String>,
    pub(super) known_tasks: BTreeSet<String>,
    /// Sound that waits to be sent in one delta.
    pub(super) unsent: String,
    pub(super) unsent_ms: u64,
    pub(super) delta_ms: u64,
    pub(super) tones: Arc<AtomicU32>,
    pub(super) script_position: usize,
    pub(super) has_announced: bool,
    pub(super) reported_ms: u64,
    pub(super) starts_ms: Option<u64>,
    pub(in crate::realtime) reading_stops_until_ms: u64,
    expires_ms: u64,
    unix_s: u64,
}

impl LiveSession {
    /// Opens a session, which says nothing until it is started.
    pub(in crate::realtime) fn open(opening: Opening) -> Self {
        // Its protocol has no beta, whatever a client's headers say.
        let opening = Opening { is_beta: false, ..opening };
        let mut session = Self {
            outbox: opening.outbox(),
            tape: opening.tape(),
            expires_ms: opening.expires_ms(),
            dice: opening.dice(),
            scenario: opening.scenario,
            faults: opening.faults,
            log: opening.log,
            now_ms: 0,
            offset_ms: opening.offset_ms,
            resource: Value::Null,
            is_started: false,
            is_muted: false,
            seam: audio::Seam::default(),
            pending: Vec::new(),
            clock_ms: 0,
            vad: Vad::default(),
            heard_from_ms: None,
            turn_count: 0,
            overlap_ms: 0,
            speech: None,
            plans: VecDeque::new(),
            open_tasks: BTreeSet::new(),
            known_tasks: BTreeSet::new(),
            unsent: String::new(),
            unsent_ms: 0,
            delta_ms: 0,
            tones: opening.tones,
            script_position: 0,
            has_announced: false,
            reported_ms: 0,
            starts_ms: None,
            reading_stops_until_ms: 0,
            unix_s: opening.unix_s,
        };
        if let Some(code) = session.faults.error_then_close.clone() {
            session.emit_fault(&code);
            session.outbox.end(Emission::after_error(code));
        }
        session
    }

    /// What the connection is to do now.
    pub(in crate::realtime) fn take_emissions(&mut self) -> VecDeque<Emission> {
        self.outbox.take()
    }

    /// When [`LiveSession::tick`] has something to do: everything else happens with sound that comes.
    pub(in crate::realtime) fn next_ms(&self) -> Option<u64> {
        if self.outbox.is_over() {
            return None;
        }
        [Some(self.expires_ms), self.starts_ms].into_iter().flatten().min()
    }

    /// Does everything that is due.
    pub(in crate::realtime) fn tick(&mut self, now_ms: u64) {
        self.now_ms = now_ms;
        if self.outbox.is_over() {
            return;
        }
        if now_ms >= self.expires_ms {
            return self.close("expired");
        }
        if self.starts_ms.take_if(|due_ms| *due_ms <= now_ms).is_some() {
            self.announce_start();
        }
    }

    /// Makes it say this, now or after what it says already.
    pub(in crate::realtime) fn say(&mut self, words: &str, now_ms: u64) {
        self.now_ms = now_ms;
        let due_ms = self.clock_ms;
        self.plans.push_back(Plan::Say { line: Line::of(words), due_ms });
    }

    /// Says that the session has started, and does what the scenario wants after that.
    pub(super) fn announce_start(&mut self) {
        self.is_started = true;
        self.delta_ms = self.dice.pick(&(20..=100));
        self.resource["id"] = json!(self.dice.id("live_"));
        self.resource["status"] = json!("active");
        self.resource["expires_at"] = json!(self.unix_s + self.expires_ms.div_ceil(1_000));
        let resource = self.resource.clone();
        self.log.change(|log| log.config = Some(resource.clone()));
        self.emit(json!({ "type": "session.started", "session": resource }));
        if self.faults.unknown_event {
            self.emit(json!({ "type": "session.something.new", "detail": { "nested": [1, null] } }));
        }
        for _ in 0..self.faults.error_storm {
            self.emit_fault("scripted_error");
        }
        self.reading_stops_until_ms = self.now_ms + self.faults.stop_reading_ms;
    }

    /// Ends the session with its last words: the reason, and what it has used.
    pub(super) fn close(&mut self, reason: &str) {
        self.flush_sound();
        let event = json!({
            "type": "session.closed",
            "reason": reason,
            "session": self.resource,
            "usage": { "seconds": self.seconds() },
        });
        self.emit(event);
        self.outbox.end(Emission::Close(1_000, String::new()));
    }

    /// Says what was used, where that is due.
    pub(super) fn report_use(&mut self) {
        if self.clock_ms < self.reported_ms + self.scenario.live.usage_every_ms {
            return;
        }
        self.reported_ms = self.clock_ms;
        let event = json!({
            "type": "session.usage.updated",
            "usage": { "seconds": self.seconds() },
            "context_window": { "usage_ratio": 0.01 },
        });
        self.emit(event);
    }

    #[expect(clippy::cast_precision_loss, reason = "a session is hours long at most")]
    fn seconds(&self) -> f64 {
        self.clock_ms as f64 / 1_000.0
    }

    pub(super) fn emit(&mut self, event: Value) {
        self.outbox.emit(event, self.now_ms, &mut self.dice);
    }

    fn emit_fault(&mut self, code: &str) {
        let message = "This failure was asked for.";
        self.emit(json!({
            "type": "error",
            "error": { "type": "server_error", "code": code, "message": message },
        }));
    }
}
