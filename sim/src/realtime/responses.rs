//! Responses: when one begins, what it consists of, and how it is cancelled.

use serde_json::{Value, json};
use std::sync::atomic::Ordering;

use super::config::{check_modalities, is_audio};
use super::gentle;
use super::refusal::Refusal;
use super::request::{Request, SpeechRequest};
use super::response::{Ending, Output, Part, Response, Step, Tempo, lay_out};
use super::scenario::{Call, Turn, Voice};
use super::session::Session;
use super::sound::Sound;

/// A client that asks for a response so soon after detection has started one could not know of it.
const CROSSING_MS: u64 = 250;

/// How many responses may wait for the active one; a test that asks for more is wrong.
const QUEUE_MAX: usize = 16;

/// The length and the pace of a burst: 30 s within 200 ms.
const BURST_MS: u64 = 30_000;
const BURST_PACE: f64 = 150.0;

/// What a turn of the script becomes.
struct Composed {
    outputs: Vec<Output>,
    ending: Ending,
    stalls: bool,
}

impl Session {
    /// A response as the session is configured.
    pub(super) fn default_request(&self) -> Request {
        Request {
            is_aside: false,
            is_of_detection: false,
            is_spoken: self.config.is_spoken(),
            metadata: Value::Null,
            max_output_tokens: self.config.session()["max_output_tokens"].clone(),
            voice: self.config.session().pointer("/audio/output/voice").cloned().unwrap_or_default(),
            words: None,
        }
    }

    /// Says these words now, or after the response under way.
    pub(super) fn say(&mut self, words: &str, now_ms: u64) {
        self.now_ms = now_ms;
        self.request(Request { words: Some(words.to_owned()), ..self.default_request() });
    }

    /// Starts a response, or lets it wait.
    pub(super) fn request(&mut self, request: Request) {
        if self.active.is_none() || request.is_aside {
            self.start(request);
        } else if self.queue.len() < QUEUE_MAX {
            self.queue.push_back(request);
        } else {
            self.note_violation("more responses wait than anybody can hear");
        }
    }

    pub(super) fn create_response(&mut self, options: &Value) -> Result<(), Refusal> {
        if self.config.is_transcription() {
            return Err(Refusal::new("invalid_event", "A transcription session has no responses."));
        }
        self.refuse_request(options)?;
        check_modalities(options.get("output_modalities"), "response.output_modalities")?;
        let mut request = self.default_request();
        request.is_aside = options["conversation"] == "none";
        if options.get("output_modalities").is_some() {
            request.is_spoken = is_audio(options.get("output_modalities"));
        }
        if let Some(voice) = options.pointer("/audio/output/voice") {
            if self.is_voice_locked && *voice != request.voice {
                let message = "Cannot update a conversation's voice if assistant audio is present.";
                return Err(Refusal::new("cannot_update_voice", message));
            }
            request.voice = voice.clone();
        }
        if self.faults.refuses_request_field.is_none() {
            request.metadata = options.get("metadata").cloned().unwrap_or_default();
        }
        if let Some(max) = options.get("max_output_tokens") {
            request.max_output_tokens = max.clone();
        }
        if !request.is_aside {
            self.check_free()?;
        }
        self.start(request);
        Ok(())
    }

    /// No response is active, and every call was answered.
    fn check_free(&mut self) -> Result<(), Refusal> {
        if let Some(active) = &self.active {
            let is_crossing = active.is_of_detection && self.now_ms < active.created_ms + CROSSING_MS;
            let message = format!(
                "Conversation already has an active response in progress: {}. Wait until the response is finished \
                 before creating a new one.",
                active.id
            );
            let refusal = Refusal::new("conversation_already_has_active_response", message);
            return Err(Refusal { is_benign: is_crossing, ..refusal });
        }
        let open_count = self.items.open_call_count();
        if open_count > 0 {
            self.note_violation(format!("response.create while {open_count} calls wait for their output"));
        }
        Ok(())
    }

    pub(super) fn cancel_response(&mut self, id: Option<&str>) -> Result<(), Refusal> {
        if self.cancel_unannounced() {
            return Ok(());
        }
        let ending = Ending::Cancelled { reason: "client_cancelled" };
        let aside = self.asides.iter().position(|aside| Some(aside.id.as_str()) == id);
        if let Some(at) = aside {
            let mut aside = self.asides.remove(at);
            aside.ending = ending;
            self.finish(aside);
            return Ok(());
        }
        let is_meant = |active: &Response| active.cut_ms.is_none() && id.is_none_or(|id| id == active.id);
        if !self.active.as_ref().is_some_and(is_meant) {
            let message = "Cancellation failed: no active response found";
            return Err(Refusal::new("response_cancel_not_active", message).benign());
        }
        self.cut(ending);
        Ok(())
    }

    /// The user speaks: what the assistant says is cancelled, and so is what it would have said next.
    pub(super) fn interrupt(&mut self) {
        self.queue.retain(|request| !request.is_of_detection);
        if self.active.as_ref().is_some_and(|active| active.cut_ms.is_none()) {
            self.cut(Ending::Cancelled { reason: "turn_detected" });
        }
    }

    /// Ends the active response, now or after the deltas that are still on their way.
    fn cut(&mut self, ending: Ending) {
        let Some(active) = &mut self.active else { return };
        active.ending = ending;
        active.cut_ms = Some(self.now_ms + self.faults.cancel_drain_ms);
        self.advance_responses();
    }

    pub(super) fn start(&mut self, request: Request) {
        self.idle_from_ms = None;
        let id = self.dice.id("resp_");
        let mut composed = self.compose(&request);
        let is_failing = self.failed_count < self.faults.server_error && !request.is_aside;
        if is_failing {
            self.failed_count += 1;
            let ending = Ending::Failed { code: "server_error".to_owned() };
            composed = Composed { outputs: Vec::new(), ending, stalls: false };
        }
        let mut response = self.make_response(id, request, composed);
        self.announce(&response);
        if is_failing {
            let message = "The server had an error while processing your request. Sorry about that!";
            self.emit_error("server_error", "server_error", message);
        }
        let is_waiting = self.ask_for_speech(&response);
        if !is_waiting {
            self.plan(&mut response);
        }
        if response.is_aside {
            self.asides.push(response);
        } else {
            self.active = Some(response);
        }
    }

    fn make_response(&mut self, id: String, request: Request, composed: Composed) -> Response {
        let mut input = self.items.tokens();
        input += self.config_tokens();
        let cached = input.cached(self.cached_before);
        if !request.is_aside {
            self.cached_before = input;
        }
        Response {
            id,
            conversation_id: (!request.is_aside).then(|| self.conversation_id.clone()),
            is_aside: request.is_aside,
            is_spoken: request.is_spoken,
            metadata: request.metadata,
            max_output_tokens: request.max_output_tokens,
            voice: request.voice,
            outputs: composed.outputs,
            plan: if composed.stalls { [(u64::MAX, Step::Finish)].into() } else { [].into() },
            ending: composed.ending,
            cut_ms: None,
            created_ms: self.now_ms,
            is_of_detection: request.is_of_detection,
            input,
            cached,
        }
    }

    fn announce(&mut self, response: &Response) {
        if self.faults.done_without_created && !response.is_aside {
            let ghost = json!({
                "object": "realtime.response", "id": self.dice.id("resp_"), "status": "cancelled",
                "status_details": { "type": "cancelled", "reason": "turn_detected" }, "output": [],
                "conversation_id": self.conversation_id, "usage": null, "metadata": null,
            });
            self.emit(json!({ "type": "response.done", "response": ghost }));
        }
        let wire = response.wire("in_progress", &Value::Null, &Value::Null);
        self.emit(json!({ "type": "response.created", "response": wire }));
        if self.faults.unknown_event {
            self.emit(
                json!({ "type": "response.future_thing", "response_id": response.id, "thing": { "a": [1] } }),
            );
        }
        self.emit(json!({ "type": "rate_limits.updated", "rate_limits": [
            { "name": "requests", "limit": 1_000, "remaining": 999, "reset_seconds": 60.0 },
            { "name": "tokens", "limit": 50_000, "remaining": 49_950, "reset_seconds": 60.0 },
        ] }));
    }

    /// Lays out when everything is sent, unless the response hangs.
    pub(super) fn plan(&mut self, response: &mut Response) {
        if response.plan.is_empty() {
            let pace = if self.faults.burst { BURST_PACE } else { self.scenario.pace };
            let start_ms = self.now_ms + self.scenario.think_ms;
            let tempo = Tempo { start_ms, pace, delta_ms: self.scenario.delta_ms.clone() };
            response.plan = lay_out(&response.outputs, &tempo, &mut self.dice);
        }
    }

    /// Asks for what must be spoken outside; says whether there is anything.
    fn ask_for_speech(&mut self, response: &Response) -> bool {
        if self.scenario.voice != Voice::Espeak {
            return false;
        }
        let requests =
            response.outputs.iter().enumerate().filter_map(|(output_index, output)| match &output.part {
                Part::Spoken { text, .. } => {
                    Some(SpeechRequest { response_id: response.id.clone(), output_index, text: text.clone() })
                }
                Part::Written { .. } | Part::Call { .. } => None,
            });
        let requests: Vec<SpeechRequest> = requests.collect();
        let waiting = requests.iter().map(|request| (request.response_id.clone(), request.output_index));
        self.speech_pending.extend(waiting);
        self.speech_requests.extend(requests);
        self.speech_pending.iter().any(|(id, _)| *id == response.id)
    }

    fn next_turn(&mut self, request: &Request) -> Turn {
        if let Some(words) = &request.words {
            return Turn::say(words);
        }
        if request.is_aside {
            let text = self.scenario.aside_script.get(self.aside_position);
            self.aside_position += 1;
            return Turn::say(text.map_or("Noted.", String::as_str));
        }
        let turn = self.scenario.script.get(self.script_position).cloned();
        self.script_position += 1;
        turn.unwrap_or_else(|| self.reply())
    }

    /// What is said beyond the script.
    fn reply(&mut self) -> Turn {
        match &self.scenario.answer_ms {
            Some(range) => {
                let ms = self.dice.pick(range).next_multiple_of(u64::from(audio::FRAME_MS));
                Turn::say_for(&self.reply_words, ms)
            }
            None => Turn::say(&self.reply_words),
        }
    }

    fn compose(&mut self, request: &Request) -> Composed {
        let mut ending = Ending::Completed;
        let mut stalls = false;
        let parts = match self.next_turn(request) {
            Turn::Say { text, ms } => {
                let text = self.announced(text, request);
                vec![self.utter(text, ms, request)]
            }
            Turn::TwoItems { first, second } => {
                vec![self.utter(first.0, first.1, request), self.utter(second.0, second.1, request)]
            }
            Turn::Call { name, arguments } => vec![self.call(Call { name, arguments })],
            Turn::Calls { preamble, calls } => {
                let preamble = preamble.map(|(text, ms)| self.utter(text, ms, request));
                preamble.into_iter().chain(calls.into_iter().map(|call| self.call(call))).collect()
            }
            Turn::Incomplete { text, ms, reason } => {
                ending = Ending::Incomplete { reason };
                vec![self.utter(text, ms, request)]
            }
            Turn::Fail { code } => {
                ending = Ending::Failed { code };
                Vec::new()
            }
            Turn::Stall => {
                stalls = true;
                Vec::new()
            }
        };
        let outputs = parts.into_iter().map(|part| Output::new(self.dice.id("item_"), part)).collect();
        Composed { outputs, ending, stalls }
    }

    /// The first words of a session say what speaks, where that is wanted.
    fn announced(&mut self, text: String, request: &Request) -> String {
        let is_due = self.scenario.announces_simulation && !request.is_aside && !self.has_announced;
        if !is_due {
            return text;
        }
        self.has_announced = true;
        format!("{} {text}", gentle::announcement(self.config.text("/instructions")))
    }

    fn utter(&self, text: String, ms: u64, request: &Request) -> Part {
        if !request.is_spoken {
            return Part::Written { text };
        }
        let ms = if self.faults.burst { BURST_MS } else { ms };
        let sound = match self.scenario.voice {
            Voice::Tones => {
                let number = self.tones.fetch_add(1, Ordering::Relaxed);
                Sound::Tones(number % self.scenario.tone_items.max(1))
            }
            Voice::Gentle => Sound::Samples(gentle::render(&text, ms).into()),
            Voice::Espeak | Voice::Silence => Sound::Silence,
        };
        Part::Spoken { text, sound, ms }
    }

    fn call(&mut self, call: Call) -> Part {
        Part::Call { name: call.name, call_id: self.dice.id("call_"), arguments: call.arguments }
    }
}
