//! Turns of the visitor where the provider says nothing of them: by voice activity on what their microphone sends.
//!
//! A turn that was detected takes its place in the conversation at once and is known once a word of it comes. The
//! provider's session is told where in the sound turns begin and end, and gives their words to them by their times.

use super::{Command, ItemId, Output, Relay, Role};
use crate::{Activity, FRAME_MS, Onset};

/// What interrupts once echo cancellers know the room: a voice, after 80 to 130 ms of it.
const ONSET: Onset = Onset { score: 0.62, frame_count: 2, dbfs: -48.0 };

/// What interrupts before: a voice that is near and goes on. An echo is neither.
const UNSETTLED_ONSET: Onset = Onset { score: 0.8, frame_count: 5, dbfs: -38.0 };

/// A frame of silence: what a muted or lost microphone is taken for.
const SILENCE: [u8; crate::SampleRate::Hz24000.bytes_per_frame()] =
    [0; crate::SampleRate::Hz24000.bytes_per_frame()];

impl Relay {
    /// The connection is gone, and what the visitor was saying is heard again by the next one.
    pub(super) fn lose_turn(&mut self) {
        self.hearing.turn = None;
    }

    /// A connection is used from now on. The visitor may be in the middle of a turn, which is heard there again.
    pub(super) fn begin_hearing(&mut self, now_ms: u64, out: &mut Vec<Output>) {
        self.hearing.is_needed = !self.can().detects_turns;
        if !self.hearing.is_needed || !self.floor.is_assistant() {
            return self.forget_hearing();
        }
        // Where sound is a clock, words are known by their times.
        let knows_by_turns = !self.can().needs_sound;
        if knows_by_turns && let Some(sound) = self.uplink.take_lost_turn() {
            self.say_turn_again(sound, now_ms, out);
        }
        if self.hearing.activity.is_speaking() {
            self.speaking.set_visitor(true);
            let item = self.new_turn();
            if knows_by_turns {
                // All that is sent again belongs to it.
                self.send(Command::BeginTurn(item), out);
                self.send_sound(out);
            } else {
                self.send_sound(out);
                self.send(Command::BeginTurn(item), out);
            }
        }
    }

    /// A turn that was over when the last connection was lost, which had not put it in words.
    fn say_turn_again(&mut self, sound: Vec<u8>, now_ms: u64, out: &mut Vec<Output>) {
        let item = self.new_turn();
        self.hearing.turn = None;
        self.send(Command::BeginTurn(item.clone()), out);
        self.send(Command::Append(sound), out);
        self.script.end_turn(&item, now_ms);
        self.uplink.commit();
        self.send(Command::EndTurn(item), out);
    }

    /// Nobody follows the visitor here any more.
    pub(super) fn forget_hearing(&mut self) {
        self.hearing.turn = None;
        self.hearing.activity.reset();
    }

    /// Listens to a frame that goes to the assistant.
    pub(super) fn hear(&mut self, frame: &[u8], now_ms: u64, out: &mut Vec<Output>) {
        if !self.hearing.is_needed {
            return;
        }
        // Where nothing is played there is no echo.
        let is_careful = !self.is_settled && self.line.is_playing();
        let onset = if is_careful { UNSETTLED_ONSET } else { ONSET };
        match self.hearing.activity.hear(frame, onset, self.rules.silence_ms) {
            Some(Activity::Began) => {
                self.begin_turn(out);
                self.speech_started(now_ms, out);
            }
            Some(Activity::Ended) => self.end_turn(now_ms, out),
            None => {}
        }
    }

    /// Follows the visitor while an agent has the call, so that it is known who speaks.
    pub(super) fn follow_visitor(&mut self, frame: &[u8]) {
        match self.hearing.activity.hear(frame, ONSET, self.rules.silence_ms) {
            Some(Activity::Began) => self.speaking.set_visitor(true),
            Some(Activity::Ended) => self.speaking.set_visitor(false),
            None => {}
        }
    }

    /// Takes in that nothing came from the microphone for so long.
    pub(super) fn hear_gap(&mut self, gap_ms: u64, now_ms: u64, out: &mut Vec<Output>) {
        for _ in 0..gap_ms / u64::from(FRAME_MS) {
            self.hear(&SILENCE, now_ms, out);
        }
    }

    fn begin_turn(&mut self, out: &mut Vec<Output>) {
        let item = self.new_turn();
        // What the turn begins with is on its way before it.
        self.send_sound(out);
        self.send(Command::BeginTurn(item), out);
    }

    fn new_turn(&mut self) -> ItemId {
        let item = ItemId(format!("turn_{}", self.hearing.turn_count).into());
        self.hearing.turn_count += 1;
        self.script.begin_turn(self.links.current, item.clone());
        self.hearing.turn = Some(item.clone());
        item
    }

    fn end_turn(&mut self, now_ms: u64, out: &mut Vec<Output>) {
        if let Some(item) = self.hearing.turn.take() {
            self.script.end_turn(&item, now_ms);
            // Taken before they fall silent: what is sent in silence need not be kept.
            self.send_sound(out);
            self.uplink.commit();
            self.send(Command::EndTurn(item), out);
            self.waiting_since_ms = Some(now_ms);
        }
        self.speaking.set_visitor(false);
    }

    /// Words of a turn that the provider has not detected; of its own where it was not detected here either.
    pub(super) fn turn_heard(&mut self, item: ItemId, words: &str, now_ms: u64, out: &mut Vec<Output>) {
        let utterance = match self.script.open(&item) {
            Some(utterance) => utterance,
            None => {
                self.script.begin_turn(self.links.current, item.clone());
                self.script.end_turn(&item, now_ms);
                let Some(utterance) = self.script.open(&item) else { return };
                utterance
            }
        };
        if self.script.hear_word(utterance, now_ms) {
            out.push(Output::Began(utterance, Role::Visitor));
            self.owes_answer |= self.floor.is_assistant();
        }
        self.budget.record_word(now_ms);
        let so_far = self.script.add_words(utterance, words);
        out.extend(so_far.map(|text| Output::Words(utterance, Role::Visitor, text.into())));
    }
}
