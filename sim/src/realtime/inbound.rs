//! Client events: parsed, validated, logged, and dispatched.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::beta;
use super::fields::CLIENT_EVENTS;
use super::refusal::Refusal;
use super::session::{Later, Session};
use super::shape::check_fields;

/// What one append may hold: 15 MiB of sound.
const APPEND_BYTES_MAX: usize = 15 << 20;

/// Only events longer than this are tried as an append first: shorter ones cost nothing to read.
const SHORT_EVENT_BYTES: usize = 256;

/// The event that comes fifty times a second: read without a copy. Any other shape is read the long way.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Append<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    audio: &'a str,
    event_id: Option<&'a str>,
}

impl Session {
    /// Takes one text frame in.
    pub(super) fn receive(&mut self, text: &str, now_ms: u64) {
        self.now_ms = now_ms;
        if self.outbox.is_over() {
            return;
        }
        let append =
            (text.len() > SHORT_EVENT_BYTES).then(|| serde_json::from_str::<Append<'_>>(text).ok()).flatten();
        if let Some(append) = append.filter(|append| append.kind == "input_audio_buffer.append") {
            self.note_append(append.audio.len());
            if let Err(refusal) = self.append(append.audio) {
                self.refuse(&refusal, append.event_id);
            }
            return;
        }
        match event_of(text) {
            Ok(event) => self.receive_event(event),
            Err(refusal) => self.refuse(&refusal, None),
        }
    }

    /// Takes one binary frame in, which the protocol does not have.
    pub(super) fn receive_binary(&mut self, now_ms: u64) {
        self.now_ms = now_ms;
        self.refuse(&Refusal::of_binary_frame(), None);
    }

    fn receive_event(&mut self, event: Map<String, Value>) {
        let event_id = event.get("event_id").and_then(Value::as_str).map(str::to_owned);
        if let Err(refusal) = self.carry_out(event) {
            self.refuse(&refusal, event_id.as_deref());
        }
    }

    fn refuse(&mut self, refusal: &Refusal, event_id: Option<&str>) {
        if let Some(violation) = refusal.violation() {
            self.note_violation(violation);
        }
        self.emit(refusal.event(event_id));
    }

    fn carry_out(&mut self, event: Map<String, Value>) -> Result<(), Refusal> {
        let kind = event.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
        self.note_event(&kind, &event);
        let event = self.checked(&kind, event)?;
        let event = Value::Object(event);
        match kind.as_str() {
            "session.update" if self.refuses_update(&event["session"], event["event_id"].as_str()) => Ok(()),
            "session.update" => self.update(&event["session"]),
            "input_audio_buffer.append" => self.append(event["audio"].as_str().unwrap_or_default()),
            "input_audio_buffer.commit" => self.commit(),
            "input_audio_buffer.clear" => {
                self.clear();
                Ok(())
            }
            "conversation.item.create" => {
                let created = self.create_item(&event);
                if event["item"]["type"] == "function_call_output" {
                    self.note_tool_output();
                }
                created
            }
            "conversation.item.retrieve" => self.retrieve_item(event["item_id"].as_str().unwrap_or_default()),
            "conversation.item.truncate" => self.truncate_item(&event),
            "conversation.item.delete" => self.delete_item(event["item_id"].as_str().unwrap_or_default()),
            "response.create" => self.create_response(&event["response"]),
            "response.cancel" => self.cancel_response(event["response_id"].as_str()),
            _ => {
                let message = "'output_audio_buffer.clear' is for WebRTC and SIP only.";
                Err(Refusal::new("invalid_event", message).with_param("type"))
            }
        }
    }

    /// The event, if it has the fields it should; a beta's session is translated first.
    fn checked(&self, kind: &str, mut event: Map<String, Value>) -> Result<Map<String, Value>, Refusal> {
        if !event.contains_key("type") {
            return Err(Refusal::new("invalid_event", "The 'type' field is missing."));
        }
        let Some((_, fields)) = CLIENT_EVENTS.iter().find(|(name, _)| *name == kind) else {
            let names: Vec<String> = CLIENT_EVENTS.iter().map(|(name, _)| format!("'{name}'")).collect();
            let names = names.join(", ");
            let message = format!("Invalid value: '{kind}'. Supported values are: {names}.");
            return Err(Refusal::invalid("type", message));
        };
        if self.is_beta && kind == "session.update" {
            let session = event.get("session").and_then(Value::as_object).map(beta::incoming);
            event.extend(session.map(|session| ("session".to_owned(), Value::Object(session))));
        }
        check_fields(&event, fields, "")?;
        Ok(event)
    }

    fn note_append(&mut self, length: usize) {
        if self.scenario.records_audio {
            let at_ms = self.now_ms + self.offset_ms;
            let event = json!({ "type": "input_audio_buffer.append", "audio": length });
            self.log.change(|log| log.events.push((at_ms, event)));
        }
    }

    fn note_event(&mut self, kind: &str, event: &Map<String, Value>) {
        let is_append = kind == "input_audio_buffer.append";
        if is_append && !self.scenario.records_audio {
            return;
        }
        self.log.note_event(self.now_ms + self.offset_ms, event, is_append);
    }

    fn update(&mut self, session: &Value) -> Result<(), Refusal> {
        let update = session.as_object().expect("its shape was checked");
        let config = self.config.merged(update, self.is_voice_locked, &self.scenario)?;
        self.config = config;
        if self.config.detection().is_none() {
            self.input.stop_detecting();
        }
        let session = self.config.session().clone();
        if self.faults.never_updated {
            return Ok(());
        }
        if self.faults.delay_updated_ms > 0 {
            self.later.push((self.now_ms + self.faults.delay_updated_ms, Later::Updated(session)));
        } else {
            self.confirm_update(session);
        }
        Ok(())
    }

    /// Takes sound in, and does what its detection asks for.
    fn append(&mut self, text: &str) -> Result<(), Refusal> {
        let bytes = sound_of(text)?;
        if bytes.len() > APPEND_BYTES_MAX {
            return Err(Refusal::invalid("audio", "Invalid 'audio': an event may hold at most 15 MiB."));
        }
        if !self.is_configured {
            self.note_violation("sound was appended before session.updated");
        }
        let samples = self.input.join(bytes);
        self.note_samples(&samples);
        self.hear(&samples);
        Ok(())
    }

    fn note_samples(&mut self, samples: &[i16]) {
        if let Some(tape) = &mut self.tape {
            tape.write(samples);
        }
        self.log.note_samples(samples, self.scenario.records_audio);
    }
}

/// The event of a text frame.
pub(super) fn event_of(text: &str) -> Result<Map<String, Value>, Refusal> {
    match serde_json::from_str::<Value>(text) {
        Ok(Value::Object(event)) => Ok(event),
        Ok(_) => Err(Refusal::new("invalid_event", "The event is not a JSON object.")),
        Err(error) => {
            Err(Refusal::new("invalid_event", format!("The event could not be parsed as JSON: {error}")))
        }
    }
}

/// The sound of an append.
pub(super) fn sound_of(text: &str) -> Result<Vec<u8>, Refusal> {
    audio::decode_base64(text).map_err(|_| {
        Refusal::invalid("audio", "Invalid 'audio': expected a base64-encoded string of audio bytes.")
    })
}
