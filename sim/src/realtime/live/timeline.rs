//! The clock of the full-duplex session: with every 20 ms that it hears it speaks 20 ms, or is silent for them.

use serde_json::json;
use std::sync::atomic::Ordering;

use super::session::{LiveSession, Plan};
use super::speech::{Line, Speech, timed_words};
use crate::realtime::config::TurnDetection;
use crate::realtime::gentle;
use crate::realtime::inbound::sound_of;
use crate::realtime::log::ItemLog;
use crate::realtime::refusal::Refusal;
use crate::realtime::scenario::{Turn, Voice, spoken_ms};
use crate::realtime::sound::Sound;
use crate::realtime::vad::Detected;

const STEP_MS: u64 = 20;
const STEP_SAMPLES: usize = 480;

/// When somebody speaks, and when they have stopped.
const DETECTION: TurnDetection = TurnDetection {
    threshold_dbfs: -40.0,
    prefix_padding_ms: 0,
    silence_duration_ms: 500,
    creates_response: false,
    interrupts_response: false,
    idle_timeout_ms: None,
};

impl LiveSession {
    /// Takes sound in; the clock goes on with it.
    pub(super) fn append(&mut self, text: &str) -> Result<(), Refusal> {
        let bytes = self.seam.join(sound_of(text)?);
        let mut samples = Vec::with_capacity(bytes.len() / 2);
        audio::read_samples(&bytes, &mut samples).expect("a seam gives whole samples");
        self.note_samples(&samples);
        self.pending.extend(samples);
        let whole = self.pending.len() / STEP_SAMPLES * STEP_SAMPLES;
        let steps: Vec<i16> = self.pending.drain(..whole).collect();
        for step in steps.chunks_exact(STEP_SAMPLES) {
            self.step(step);
            if self.outbox.is_over() {
                return Ok(());
            }
        }
        self.flush_sound();
        self.report_use();
        Ok(())
    }

    fn note_samples(&mut self, samples: &[i16]) {
        if let Some(tape) = &mut self.tape {
            tape.write(samples);
        }
        self.log.note_samples(samples, self.scenario.records_audio);
    }

    fn step(&mut self, samples: &[i16]) {
        self.clock_ms += STEP_MS;
        let clock_ms = self.clock_ms;
        self.log.change(|log| log.live_ms = clock_ms);
        if self.is_muted {
            self.hear(&[0; STEP_SAMPLES]);
        } else {
            self.hear(samples);
        }
        self.speak();
        if let Some((at_ms, reason)) = self.scenario.live.closes_at.clone()
            && clock_ms >= at_ms
        {
            self.close(&reason);
        }
    }

    /// Hears 20 ms: falls silent when spoken over, and answers when somebody has stopped.
    fn hear(&mut self, samples: &[i16]) {
        for detected in self.vad.hear(samples, Some(&DETECTION)) {
            match detected {
                Detected::Started { at_ms } => self.heard_from_ms = Some(at_ms),
                Detected::Stopped { at_ms } => self.take_turn(at_ms - DETECTION.silence_duration_ms),
            }
        }
        self.overlap_ms =
            if self.vad.is_speech() && self.speech.is_some() { self.overlap_ms + STEP_MS } else { 0 };
        if self.overlap_ms >= self.scenario.live.yields_after_ms {
            self.end_speech();
            self.plans.clear();
        }
    }

    /// Somebody has said something: it is put in words, and answered.
    fn take_turn(&mut self, to_ms: u64) {
        let from_ms = self.heard_from_ms.take().unwrap_or(to_ms);
        let turn = self.turn_count;
        self.turn_count += 1;
        let words = self.scenario.hears.get(turn).cloned().unwrap_or_else(|| format!("turn {}", turn + 1));
        for word in timed_words(&words, to_ms.saturating_sub(from_ms)) {
            let event = json!({
                "type": "session.input_transcript.delta",
                "delta": word.text,
                "start_ms": from_ms + word.from_ms,
                "end_ms": from_ms + word.to_ms,
            });
            self.emit(event);
        }
        let id = self.dice.id("turn_");
        let entry = ItemLog {
            id,
            kind: "message".to_owned(),
            role: "user".to_owned(),
            text: words,
            ..ItemLog::default()
        };
        self.log.change(|log| log.items.push(entry));
        // A session that goes on talking over somebody has nothing more to say about it.
        if self.speech.is_none() {
            self.plan_answer();
        }
    }

    fn plan_answer(&mut self) {
        let due_ms = self.clock_ms + self.scenario.think_ms;
        let Some(turn) = self.scenario.script.get(self.script_position).cloned() else {
            let line = self.next_line();
            self.plans.push_back(Plan::Say { line, due_ms });
            return;
        };
        self.script_position += 1;
        let say = |text: String, ms: u64| Plan::Say { line: Line { text, ms }, due_ms };
        match turn {
            Turn::Say { text, ms } | Turn::Incomplete { text, ms, .. } => self.plans.push_back(say(text, ms)),
            Turn::TwoItems { first, second } => {
                self.plans.push_back(say(first.0, first.1));
                let due_ms = due_ms + first.1 + 1_000;
                self.plans.push_back(Plan::Say { line: Line { text: second.0, ms: second.1 }, due_ms });
            }
            Turn::Call { .. } | Turn::Calls { preamble: None, .. } => {
                self.plans.push_back(Plan::Delegate { due_ms });
            }
            Turn::Calls { preamble: Some((text, ms)), .. } => {
                self.plans.push_back(say(text, ms));
                self.plans.push_back(Plan::Delegate { due_ms });
            }
            // It decides to say nothing.
            Turn::Fail { .. } | Turn::Stall => {}
        }
    }

    /// What is said that no script is left for.
    pub(super) fn next_line(&mut self) -> Line {
        if let Some(Turn::Say { text, ms }) = self.scenario.script.get(self.script_position) {
            self.script_position += 1;
            return Line { text: text.clone(), ms: *ms };
        }
        let instructions = self.resource["instructions"].as_str().unwrap_or_default();
        let is_first = !std::mem::replace(&mut self.has_announced, true);
        let text = if is_first && self.scenario.announces_simulation {
            gentle::announcement(instructions)
        } else {
            "Hello, this is a simulation."
        };
        let ms =
            self.scenario.answer_ms.as_ref().map(|range| self.dice.pick(range).next_multiple_of(STEP_MS));
        Line { text: text.to_owned(), ms: ms.unwrap_or_else(|| spoken_ms(text)) }
    }

    /// Speaks 20 ms, or is silent for them.
    fn speak(&mut self) {
        if self.speech.is_none() {
            self.begin_planned();
        }
        let Some(mut speech) = self.speech.take() else {
            Sound::Silence.write_base64(0, STEP_MS, &mut self.unsent);
            return self.count_unsent();
        };
        self.send_words(&mut speech);
        let to_ms = (speech.said_ms + STEP_MS).min(speech.ms);
        speech.sound.write_base64(speech.said_ms, to_ms, &mut self.unsent);
        Sound::Silence.write_base64(0, speech.said_ms + STEP_MS - to_ms, &mut self.unsent);
        speech.said_ms = to_ms;
        self.count_unsent();
        let is_over = speech.said_ms >= speech.ms;
        self.note_speech(&speech);
        self.speech = Some(speech);
        if is_over {
            self.end_speech();
        }
    }

    fn begin_planned(&mut self) {
        let is_due = |plan: &Plan| match plan {
            Plan::Say { due_ms, .. } | Plan::Delegate { due_ms } => *due_ms <= self.clock_ms,
        };
        if self.vad.is_speech() || !self.plans.front().is_some_and(is_due) {
            return;
        }
        match self.plans.pop_front() {
            Some(Plan::Say { line, .. }) => self.begin_speech(line),
            Some(Plan::Delegate { .. }) => self.delegate(),
            None => {}
        }
    }

    fn delegate(&mut self) {
        let id = self.dice.id("delegation_");
        self.open_tasks.insert(id.clone());
        self.known_tasks.insert(id.clone());
        let event = json!({
            "type": "session.delegation.created",
            "offset_ms": self.clock_ms,
            "delegation": { "id": id, "type": "delegation", "target": "client" },
        });
        self.emit(event);
        if let Some(words) = self.scenario.live.acknowledges.clone() {
            self.plans.push_front(Plan::Say { line: Line::of(&words), due_ms: self.clock_ms });
        }
    }

    fn begin_speech(&mut self, line: Line) {
        let Line { text, ms } = line;
        let ms = ms.next_multiple_of(STEP_MS).max(STEP_MS);
        let tone = self.tones.fetch_add(1, Ordering::Relaxed) % self.scenario.tone_items.max(1);
        let (sound, tone) = match self.scenario.voice {
            Voice::Tones => (Sound::Tones(tone), Some(tone)),
            // Real speech is made outside of sessions, in the time of a clock that this one does not have.
            Voice::Gentle | Voice::Espeak => (Sound::Samples(gentle::render(&text, ms).into()), None),
            Voice::Silence => (Sound::Silence, None),
        };
        let id = self.dice.id("speech_");
        let entry = ItemLog {
            id: id.clone(),
            kind: "message".to_owned(),
            role: "assistant".to_owned(),
            text: text.clone(),
            tone,
            ..ItemLog::default()
        };
        self.log.change(|log| log.items.push(entry));
        let words = timed_words(&text, ms);
        self.speech = Some(Speech { id, words, sound, ms, said_ms: 0, sent: String::new() });
    }

    /// Sends the words that are about to be heard.
    fn send_words(&mut self, speech: &mut Speech) {
        // The step that is being spoken began when the clock stood a step before.
        let begin_ms = self.clock_ms - STEP_MS - speech.said_ms;
        let ahead_ms = speech.said_ms + self.scenario.live.words_ahead_ms;
        while let Some(word) = speech.words.pop_front_if(|word| word.from_ms <= ahead_ms) {
            speech.sent.push_str(&word.text);
            let event = json!({
                "type": "session.output_transcript.delta",
                "delta": word.text,
                "start_ms": begin_ms + word.from_ms,
                "end_ms": begin_ms + word.to_ms,
            });
            self.emit(event);
        }
    }

    fn note_speech(&mut self, speech: &Speech) {
        let (sent, said_ms) = (speech.sent.clone(), speech.said_ms);
        self.log.change_item(&speech.id, |item| {
            item.text = sent;
            item.sent_ms = said_ms;
        });
    }

    /// It falls silent, in the middle of a word or at the end.
    fn end_speech(&mut self) {
        self.speech = None;
        self.overlap_ms = 0;
    }

    fn count_unsent(&mut self) {
        self.unsent_ms += STEP_MS;
        if self.unsent_ms >= self.delta_ms {
            self.flush_sound();
        }
    }

    /// Sends the sound that has come together. By hand: there is much of it.
    pub(super) fn flush_sound(&mut self) {
        if self.unsent.is_empty() {
            return;
        }
        let kind = "session.output_audio.delta";
        let text = format!("{{\"type\":\"{kind}\",\"delta\":\"{}\"}}", self.unsent);
        self.unsent.clear();
        self.unsent_ms = 0;
        self.outbox.emit_raw(kind, text, self.now_ms);
    }
}
