//! Executes planned responses: emits every event at its time and in order.

use serde_json::json;

use super::events::Place;
use super::items::{Audible, Item};
use super::response::{Ending, Output, Part, Response, Stage, Step};
use super::scenario::UsageRule;
use super::session::Session;
use super::tones::SAMPLES_PER_MS;
use super::usage::{Tokens, Usage, response_usage};

impl Session {
    /// Does what is due of every response. After one the next that waits begins.
    pub(super) fn advance_responses(&mut self) {
        while let Some(mut active) = self.active.take() {
            if !self.advance(&mut active) {
                self.active = Some(active);
                break;
            }
            self.finish(active);
            if let Some(request) = self.queue.pop_front() {
                self.start(request);
            }
        }
        for mut aside in std::mem::take(&mut self.asides) {
            if self.advance(&mut aside) {
                self.finish(aside);
            } else {
                self.asides.push(aside);
            }
        }
    }

    /// Takes the sound that a spoken response waited for; without it the response fails.
    pub(super) fn take_speech(
        &mut self,
        response_id: &str,
        output_index: usize,
        samples: Option<Vec<i16>>,
        now_ms: u64,
    ) {
        self.now_ms = now_ms;
        let is_active = self.active.as_ref().is_some_and(|active| active.id == response_id);
        let found = if is_active {
            self.active.take()
        } else {
            let at = self.asides.iter().position(|aside| aside.id == response_id);
            at.map(|at| self.asides.remove(at))
        };
        // Cancelled meanwhile: nobody waits for it.
        let Some(mut response) = found else { return };
        match (samples, response.outputs.get_mut(output_index).map(|output| &mut output.part)) {
            (Some(samples), Some(Part::Spoken { sound, ms, .. })) => {
                *ms = (samples.len() as u64).div_ceil(SAMPLES_PER_MS).max(1);
                *sound = super::sound::Sound::Samples(samples.into());
            }
            _ => response.ending = Ending::Failed { code: "server_error".to_owned() },
        }
        self.speech_pending.remove(&(response.id.clone(), output_index));
        if !self.speech_pending.iter().any(|(waiting_id, _)| *waiting_id == response.id) {
            if response.ending != Ending::Completed {
                response.outputs.clear();
            }
            self.plan(&mut response);
        }
        if response.is_aside {
            self.asides.push(response);
        } else {
            self.active = Some(response);
        }
    }

    /// Plays what is due. Says whether the response is over.
    fn advance(&mut self, response: &mut Response) -> bool {
        let until_ms = response.cut_ms.map_or(self.now_ms, |cut_ms| cut_ms.min(self.now_ms));
        while let Some((due_ms, step)) = response.plan.front().copied() {
            let is_past_cut = response.cut_ms.is_some_and(|cut_ms| due_ms >= cut_ms);
            if due_ms > until_ms || is_past_cut {
                break;
            }
            response.plan.pop_front();
            if step == Step::Finish {
                return true;
            }
            self.play(response, step);
        }
        response.cut_ms.is_some_and(|cut_ms| cut_ms <= self.now_ms)
    }

    fn play(&mut self, response: &mut Response, step: Step) {
        match step {
            Step::Open(at) => self.open_output(response, at),
            Step::Delta { output, to_byte, to_ms } => self.send_delta(response, output, to_byte, to_ms),
            Step::Close(at) if matches!(response.ending, Ending::Incomplete { .. }) => {
                self.close_output(response, at, "incomplete");
            }
            Step::Close(at) => self.close_output(response, at, "completed"),
            Step::Finish => {}
        }
    }

    fn open_output(&mut self, response: &mut Response, at: usize) {
        let output = &mut response.outputs[at];
        output.stage = Stage::Open;
        let wire = output.wire("in_progress");
        self.emit(json!({
            "type": "response.output_item.added", "response_id": response.id, "output_index": at, "item": wire,
        }));
        if !response.is_aside {
            self.insert_item(
                usize::MAX,
                Item { id: output.item_id.clone(), audible: audible(output), wire: wire.clone() },
            );
            self.excuse(output);
            let previous_id = self.items.previous_id(&output.item_id);
            let event =
                json!({ "type": "conversation.item.added", "previous_item_id": previous_id, "item": wire });
            self.emit(event);
        }
        if !matches!(output.part, Part::Call { .. }) {
            let fields = json!({ "content_index": 0, "part": output.content_part() });
            self.emit(place(response, at).event("response.content_part.added", fields));
        }
    }

    /// A call counts as made when its arguments are complete.
    fn excuse(&mut self, output: &Output) {
        if let Part::Call { call_id, .. } = &output.part {
            self.items.excuse_call(call_id);
        }
    }

    fn send_delta(&mut self, response: &mut Response, at: usize, to_byte: usize, to_ms: u64) {
        let output = &response.outputs[at];
        let before = output.sent_bytes;
        let place = place(response, at);
        match &output.part {
            Part::Call { arguments, call_id, .. } => {
                let fields = json!({ "call_id": call_id, "delta": &arguments[before..to_byte] });
                self.emit(place.event("response.function_call_arguments.delta", fields));
            }
            Part::Written { text } => {
                let fields = json!({ "content_index": 0, "delta": &text[before..to_byte] });
                self.emit(place.event("response.output_text.delta", fields));
            }
            Part::Spoken { text, sound, .. } => {
                if to_byte > before {
                    let fields = json!({ "content_index": 0, "delta": &text[before..to_byte] });
                    self.emit(place.event("response.output_audio_transcript.delta", fields));
                }
                let from_ms = output.sent_ms;
                self.outbox.emit_audio(place, self.now_ms, &mut self.dice, |text| {
                    sound.write_base64(from_ms, to_ms, text);
                });
                self.is_voice_locked |= !response.is_aside;
            }
        }
        let output = &mut response.outputs[at];
        output.sent_bytes = to_byte.max(before);
        output.sent_ms = to_ms;
        if let Some(item) = self.items.get_mut(&output.item_id)
            && let Audible::Assistant { kept_ms, is_truncated: false, .. } = &mut item.audible
        {
            *kept_ms = to_ms;
        }
    }

    fn close_output(&mut self, response: &mut Response, at: usize, status: &str) {
        response.outputs[at].stage = Stage::Closed;
        response.outputs[at].is_complete = status == "completed";
        let output = &response.outputs[at];
        let place = place(response, at);
        let text = output.sent_text();
        match &output.part {
            Part::Call { name, call_id, .. } => {
                let fields = json!({ "call_id": call_id, "name": name, "arguments": text });
                self.emit(place.event("response.function_call_arguments.done", fields));
                if status == "completed" && !response.is_aside {
                    self.items.note_call(call_id);
                }
            }
            Part::Written { .. } => {
                self.emit(
                    place.event("response.output_text.done", json!({ "content_index": 0, "text": text })),
                );
            }
            Part::Spoken { .. } => {
                self.emit(place.event("response.output_audio.done", json!({ "content_index": 0 })));
                let fields = json!({ "content_index": 0, "transcript": text });
                self.emit(place.event("response.output_audio_transcript.done", fields));
            }
        }
        if !matches!(output.part, Part::Call { .. }) {
            let fields = json!({ "content_index": 0, "part": output.content_part() });
            self.emit(place.event("response.content_part.done", fields));
        }
        self.close_item(response, at, status);
    }

    fn close_item(&mut self, response: &Response, at: usize, status: &str) {
        let output = &response.outputs[at];
        let wire = output.wire(status);
        self.emit(json!({
            "type": "response.output_item.done", "response_id": response.id, "output_index": at, "item": wire,
        }));
        if response.is_aside {
            return;
        }
        let previous_id = self.items.previous_id(&output.item_id).map(str::to_owned);
        let mut wire = wire;
        if let Some(item) = self.items.get_mut(&output.item_id) {
            if matches!(item.audible, Audible::Assistant { is_truncated: true, .. }) {
                wire["content"] = item.wire["content"].clone();
            }
            item.wire = wire.clone();
        }
        self.emit(json!({ "type": "conversation.item.done", "previous_item_id": previous_id, "item": wire }));
        let (text, sent_ms) = (output.sent_text().to_owned(), output.sent_ms);
        self.log.change_item(&output.item_id, |item| {
            item.text = text;
            item.sent_ms = sent_ms;
        });
    }

    /// Climbs down from wherever the response stands, and reports what it has used.
    pub(super) fn finish(&mut self, mut response: Response) {
        for at in 0..response.outputs.len() {
            if response.outputs[at].stage == Stage::Open {
                self.close_output(&mut response, at, "incomplete");
            }
        }
        self.speech_pending.retain(|(waiting_id, _)| *waiting_id != response.id);
        let usage = match &self.scenario.usage {
            UsageRule::Counted => response_usage(response.input, response.cached, response.output_tokens()),
            UsageRule::Empty => json!({}),
            UsageRule::Fixed(usage) => usage.clone(),
        };
        let used = Usage::read(&usage);
        self.log.change(|log| log.usage += used);
        let wire = response.wire(response.ending.status(), &response.ending.details(), &usage);
        self.emit(json!({ "type": "response.done", "response": wire }));
        if !response.is_aside {
            let said_until_ms = response.created_ms + response.sent_ms();
            self.idle_from_ms = Some(self.now_ms.max(said_until_ms));
        }
    }

    /// Tokens of instructions and tools, which every response reads.
    pub(super) fn config_tokens(&self) -> Tokens {
        let mut tokens = Tokens::of_text(self.config.text("/instructions"));
        let tools = &self.config.session()["tools"];
        if tools.as_array().is_some_and(|tools| !tools.is_empty()) {
            tokens += Tokens::of_text(&tools.to_string());
        }
        tokens
    }
}

fn place(response: &Response, at: usize) -> Place<'_> {
    Place { response_id: &response.id, item_id: &response.outputs[at].item_id, output_index: at }
}

fn audible(output: &Output) -> Audible {
    match &output.part {
        Part::Spoken { sound, .. } => {
            Audible::Assistant { sound: sound.clone(), kept_ms: 0, is_truncated: false }
        }
        Part::Written { .. } | Part::Call { .. } => Audible::No,
    }
}
