//! User turns: found by detection or committed by the client, transcribed, answered.

use serde_json::{Value, json};

use super::input::Cut;
use super::items::{Audible, Item};
use super::refusal::Refusal;
use super::request::Request;
use super::session::{Later, Session};
use super::usage::{Usage, transcription_usage};
use super::vad::Detected;

/// A turn shorter than this cannot be committed by hand.
const COMMIT_MIN_MS: u64 = 100;

impl Session {
    /// Hears appended sound.
    pub(super) fn hear(&mut self, samples: &[i16]) {
        for detected in self.input.append(samples, self.config.detection()) {
            match detected {
                Detected::Started { at_ms } => self.begin_speech(at_ms),
                Detected::Stopped { at_ms } => self.end_speech(at_ms),
            }
        }
    }

    fn begin_speech(&mut self, at_ms: u64) {
        let item_id = self.dice.id("item_");
        self.input.cut(at_ms, at_ms);
        self.input.item_id = Some(item_id.clone());
        self.idle_from_ms = None;
        self.emit(json!({
            "type": "input_audio_buffer.speech_started", "audio_start_ms": at_ms, "item_id": item_id,
        }));
        if self.config.detection().is_some_and(|detection| detection.interrupts_response) {
            self.interrupt();
        }
    }

    fn end_speech(&mut self, at_ms: u64) {
        let item_id = self.input.item_id.take().unwrap_or_else(|| self.dice.id("item_"));
        self.emit(json!({
            "type": "input_audio_buffer.speech_stopped", "audio_end_ms": at_ms, "item_id": item_id,
        }));
        let cut = self.input.cut(0, at_ms);
        self.take_turn(item_id, cut);
        if self.config.detection().is_some_and(|detection| detection.creates_response) {
            self.answer_turn();
        }
    }

    /// A turn is answered now, or after the response under way; more than one answer never waits.
    fn answer_turn(&mut self) {
        if self.config.is_transcription() || self.queue.iter().any(|request| request.is_of_detection) {
            return;
        }
        let request = Request { is_of_detection: true, ..self.default_request() };
        self.request(request);
    }

    /// Commits by hand.
    pub(super) fn commit(&mut self) -> Result<(), Refusal> {
        let buffered_ms = self.input.buffered_ms();
        if buffered_ms < COMMIT_MIN_MS {
            let message = format!(
                "Error committing input audio buffer: buffer too small. Expected at least 100ms of audio, but buffer \
                 only has {buffered_ms}.00ms of audio."
            );
            return Err(Refusal::new("input_audio_buffer_commit_empty", message).benign());
        }
        let item_id = self.input.item_id.take().unwrap_or_else(|| self.dice.id("item_"));
        let cut = self.input.cut_all();
        self.take_turn(item_id, cut);
        Ok(())
    }

    /// Drops what was appended and not committed.
    pub(super) fn clear(&mut self) {
        self.input.cut_all();
        self.emit(json!({ "type": "input_audio_buffer.cleared" }));
    }

    /// Makes an item of what was cut out of the buffer, and transcribes it later.
    fn take_turn(&mut self, item_id: String, cut: Cut) {
        let turn = self.turn_count;
        self.turn_count += 1;
        self.reply_words = format!("You said: {}", self.heard_words(turn, cut.ms));
        let previous_id = self.items.last_id().map(str::to_owned);
        self.emit(json!({
            "type": "input_audio_buffer.committed", "previous_item_id": previous_id, "item_id": item_id,
        }));
        let wire = json!({
            "id": item_id,
            "object": "realtime.item",
            "type": "message",
            "status": "completed",
            "role": "user",
            "content": [{ "type": "input_audio", "transcript": null }],
        });
        let ms = cut.ms;
        let audible = Audible::User { ms, samples: cut.samples };
        self.add_item(usize::MAX, Item { id: item_id.clone(), wire, audible });
        if self.config.transcription_model().is_some() {
            let due_ms = self.now_ms + self.scenario.transcribe_delay_ms;
            self.later.push((due_ms, Later::Transcript { item_id, turn, ms }));
        }
    }

    fn heard_words(&self, turn: usize, ms: u64) -> String {
        let scripted = self.scenario.hears.get(turn).cloned();
        scripted.unwrap_or_else(|| {
            if self.scenario.hears_seconds {
                let (seconds, tenths) = (ms / 1_000, ms % 1_000 / 100);
                format!("(simulated) I heard {seconds}.{tenths} seconds of speech")
            } else {
                format!("turn {}", turn + 1)
            }
        })
    }

    /// Hands out the words of a turn.
    pub(super) fn transcribe(&mut self, item_id: &str, turn: usize, ms: u64) {
        let Some(model) = self.config.transcription_model().map(str::to_owned) else { return };
        if self.scenario.transcription_fails.contains(&turn) {
            let error = json!({
                "type": "transcription_error",
                "code": "audio_unintelligible",
                "message": "The audio could not be transcribed.",
                "param": null,
            });
            self.emit_transcription(item_id, "failed", json!({ "error": error }));
            return;
        }
        let transcript = self.heard_words(turn, ms);
        for word in transcript.split_inclusive(' ') {
            self.emit_transcription(item_id, "delta", json!({ "delta": word }));
        }
        let usage = transcription_usage(&model, ms, &transcript);
        let used = Usage::read_transcription(&usage);
        if let Some(item) = self.items.get_mut(item_id) {
            item.wire["content"][0]["transcript"] = json!(transcript);
        }
        self.log.change(|log| log.usage += used);
        self.log.change_item(item_id, |item| item.text.clone_from(&transcript));
        let mut fields = json!({ "transcript": transcript });
        if !self.scenario.hides_transcription_usage {
            fields["usage"] = usage;
        }
        if model == "gpt-transcribe" {
            fields["languages"] = json!([{ "code": "en" }]);
        }
        self.emit_transcription(item_id, "completed", fields);
    }

    fn emit_transcription(&mut self, item_id: &str, kind: &str, fields: Value) {
        let mut event = fields;
        event["type"] = json!(format!("conversation.item.input_audio_transcription.{kind}"));
        event["item_id"] = json!(item_id);
        event["content_index"] = json!(0);
        self.emit(event);
    }

    /// When the user has been silent for too long, where that is asked for.
    pub(super) fn idle_ms(&self) -> Option<u64> {
        let timeout_ms = self.config.detection()?.idle_timeout_ms?;
        Some(self.idle_from_ms? + timeout_ms)
    }

    /// Answers the silence of a user.
    pub(super) fn time_out(&mut self) {
        let item_id = self.dice.id("item_");
        let end_ms = self.input.appended_ms();
        let start_ms = end_ms.saturating_sub(self.input.buffered_ms());
        self.idle_from_ms = None;
        self.emit(json!({
            "type": "input_audio_buffer.timeout_triggered",
            "audio_start_ms": start_ms,
            "audio_end_ms": end_ms,
            "item_id": item_id,
        }));
        self.input.cut_all();
        self.take_turn(item_id, Cut { ms: 0, samples: Vec::new() });
        self.answer_turn();
    }
}
