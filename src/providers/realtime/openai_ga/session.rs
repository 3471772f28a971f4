//! State of one connection: its set-up, and the fallbacks left if the provider rejects it.

use audio::relay::{Capabilities, Event, Loss, RequestTag, Sensitivity};
use serde_json::{Value, json};

use super::event_ids::{RESPONSE_FIELDS, SETUP_ID};
use super::refusal::{Fault, close_gaps, is_essential, leave_out, optional};
use crate::providers::realtime::openai::{CLOSED_MAX, is_refusal};
use crate::providers::realtime::{Detection, Heard, Setup, Task};

/// Maximum session updates per connection; each leaves out more fields.
const SETUPS_MAX: u32 = 24;
/// Codes of refusals that may name no field at all.
const SETUP_CODES: [&str; 7] = [
    "unknown_parameter",
    "unsupported_parameter",
    "invalid_parameter",
    "missing_required_parameter",
    "invalid_value",
    "unsupported_value",
    "invalid_type",
];
const DETECTION: &str = "audio.input.turn_detection";
const TRANSCRIPTION: &str = "audio.input.transcription";
const NOISE_REDUCTION: &str = "audio.input.noise_reduction";
const INTERRUPTS: &str = "audio.input.turn_detection.interrupt_response";
/// What a request for a response can do without.
const OPTIONAL_OF_RESPONSE: [&str; 2] = ["metadata", "tool_choice"];
/// The provider's own limit of a session: 60 minutes.
const MAX_SESSION_MS: u64 = 60 * 60_000;
/// How much more it takes to interrupt while echo cancellers learn the room.
const LOW_SENSITIVITY: f64 = 0.25;
const THRESHOLD_MAX: f64 = 0.95;

/// A connection that speaks the dialect.
#[derive(Debug)]
pub(super) struct GaSession {
    pub(super) setup: Setup,
    pub(super) sensitivity: Sensitivity,
    pub(super) is_set_up: bool,
    /// Whether the voice is left out, as the provider refused to change it.
    pub(super) keeps_voice: bool,
    pub(super) replayed_calls: u32,
    /// The last request for a response, for providers that do not give its name back.
    pub(super) requested: Option<RequestTag>,
    /// Set-ups that were sent on this connection.
    setup_count: u32,
}

impl GaSession {
    /// A connection that will be set up so.
    #[must_use]
    pub(super) fn new(setup: Setup) -> Self {
        Self {
            setup,
            sensitivity: Sensitivity::Normal,
            is_set_up: false,
            keeps_voice: false,
            replayed_calls: 0,
            requested: None,
            setup_count: 0,
        }
    }

    /// The model that writes the visitor's words down, where one does.
    pub(super) fn writing_model(&self) -> Option<&str> {
        self.setup.transcription_models.first().map(String::as_str)
    }

    pub(super) fn turn_detection(&self) -> Value {
        let mut detection = match self.setup.detection {
            Detection::Loudness { threshold, silence_ms } => {
                let threshold = match self.sensitivity {
                    Sensitivity::Low => (threshold + LOW_SENSITIVITY).min(THRESHOLD_MAX),
                    Sensitivity::Normal => threshold,
                };
                json!({
                    "type": "server_vad",
                    "threshold": threshold,
                    "prefix_padding_ms": 300,
                    "silence_duration_ms": silence_ms,
                })
            }
            Detection::Meaning => {
                let eagerness = match self.sensitivity {
                    Sensitivity::Low => "low",
                    Sensitivity::Normal => "auto",
                };
                json!({ "type": "semantic_vad", "eagerness": eagerness })
            }
        };
        let answers = match self.setup.task {
            Task::Talk => Some(true),
            Task::Listen => Some(false),
            // This session creates no responses.
            Task::Write { .. } => None,
        };
        if let Some(answers) = answers {
            detection["create_response"] = answers.into();
            detection["interrupt_response"] = answers.into();
        }
        detection
    }

    /// The whole set-up. Every field that matters is sent: nothing is left to defaults that differ by provider.
    pub(super) fn setup_event(&mut self) -> String {
        let event_id = match self.setup_count {
            0 => SETUP_ID.to_owned(),
            count => format!("{SETUP_ID}_{count}"),
        };
        self.setup_count += 1;
        json!({ "type": "session.update", "event_id": event_id, "session": self.session() }).to_string()
    }

    /// The session as it is asked for.
    fn session(&self) -> Value {
        let mut session = match self.setup.task {
            Task::Talk | Task::Listen => self.talking(),
            Task::Write { .. } => json!({ "type": "transcription", "audio": { "input": self.input() } }),
        };
        self.reduce(&mut session);
        session
    }

    /// Takes out of a session, or of a part of it, what the provider has refused.
    pub(super) fn reduce(&self, session: &mut Value) {
        for field in &self.setup.without {
            leave_out(session, field);
        }
        close_gaps(session);
    }

    /// How the visitor is heard.
    fn input(&self) -> Value {
        let setup = &self.setup;
        let transcription = match self.writing_model() {
            Some(model) => {
                let mut value = json!({ "model": model });
                if let Some(language) = setup.language {
                    value["language"] = language.into();
                }
                value
            }
            None => Value::Null,
        };
        let noise_reduction =
            setup.noise_reduction.as_ref().map_or(Value::Null, |kind| json!({ "type": kind }));
        json!({
            "format": { "type": "audio/pcm", "rate": 24_000 },
            "noise_reduction": noise_reduction,
            "transcription": transcription,
            "turn_detection": self.turn_detection(),
        })
    }

    fn talking(&self) -> Value {
        let setup = &self.setup;
        let tools: Vec<Value> = setup
            .tools
            .iter()
            .map(|tool| {
                json!({
                    "type": "function",
                    "name": tool.name,
                    "description": tool.description,
                    "parameters": tool.parameters,
                })
            })
            .collect();
        let mut output = json!({ "format": { "type": "audio/pcm", "rate": 24_000 }, "speed": setup.speed });
        if !self.keeps_voice {
            output["voice"] = setup.voice.clone().into();
        }
        json!({
            "type": "realtime",
            "output_modalities": ["audio"],
            "instructions": setup.instructions,
            "audio": { "input": self.input(), "output": output },
            "tools": tools,
            "tool_choice": "auto",
            "max_output_tokens": setup.max_output_tokens,
        })
    }

    /// Whether an error says that the set-up is refused.
    pub(super) fn is_refused_by(&self, fault: &Fault) -> bool {
        if self.is_set_up || self.setup_count == 0 {
            return false;
        }
        match fault.event_id.as_deref() {
            Some(id) => id.starts_with(SETUP_ID),
            None if fault.is_about_something_else() => false,
            None => {
                let code = fault.code.as_deref().unwrap_or_default();
                code == "cannot_update_voice"
                    || SETUP_CODES.contains(&code)
                    || fault.field_of(&self.session()).is_some()
            }
        }
    }

    /// Sets up with less, as the provider refused a field; where nothing is left to do without, the connection is
    /// of no use.
    pub(super) fn degrade(&mut self, fault: &Fault, out: &mut Vec<Heard>) {
        let is_of_another = fault.event_id.as_deref().is_some_and(|id| id != self.last_setup_id());
        if is_of_another && fault.field_of(&self.session()).is_none() {
            // The field is left out already.
            return;
        }
        match self.reduce_setup(fault) {
            Ok(field) if self.setup_count < SETUPS_MAX => {
                out.push(Heard::Reduced(Some(field), Box::new(self.setup.clone())));
                out.push(Heard::Answer(self.setup_event()));
            }
            Ok(field) | Err(field) => {
                out.push(Heard::Unfit(field));
                out.push(Heard::Event(Event::Lost(Loss::Final)));
            }
        }
    }

    fn last_setup_id(&self) -> String {
        match self.setup_count {
            0 | 1 => SETUP_ID.to_owned(),
            count => format!("{SETUP_ID}_{}", count - 1),
        }
    }

    /// Does without what was refused and gives its name; fails with what cannot be done without.
    fn reduce_setup(&mut self, fault: &Fault) -> Result<String, String> {
        if fault.code.as_deref() == Some("cannot_update_voice") && !self.keeps_voice {
            self.keeps_voice = true;
            return Ok("audio.output.voice".to_owned());
        }
        let Some(field) = fault.field_of(&self.session()) else { return self.drop_all_options() };
        let field = self.as_set_up(field);
        let writes = self.setup.task != Task::Talk;
        let models = &mut self.setup.transcription_models;
        let is_detection = field == DETECTION || field.ends_with(".eagerness");
        if is_detection && self.setup.detection == Detection::Meaning {
            self.setup.detection = Detection::Loudness { threshold: 0.5, silence_ms: 500 };
        } else if field.starts_with(NOISE_REDUCTION) && self.setup.noise_reduction.is_some() {
            self.setup.noise_reduction = None;
        } else if field == TRANSCRIPTION && !models.is_empty() || writes && is_detection && models.len() > 1 {
            // Streaming transcription models refuse turn detection, and the error names the detection field.
            models.remove(0);
            if writes && models.is_empty() {
                return Err(field);
            }
        } else if is_essential(&field, self.setup.task) {
            return Err(field);
        } else {
            self.setup.without.push(field.clone());
        }
        Ok(field)
    }

    /// The field of what is set up: a tool's place counts those that were left out before it.
    fn as_set_up(&self, field: String) -> String {
        let Some(sent_at) = field.strip_prefix("tools.").and_then(|at| at.parse::<usize>().ok()) else {
            return field;
        };
        let is_sent = |at: &usize| !self.setup.without.iter().any(|known| *known == format!("tools.{at}"));
        let at = (0..self.setup.tools.len()).filter(is_sent).nth(sent_at).unwrap_or(sent_at);
        format!("tools.{at}")
    }

    /// Only what is essential is left, as nothing says what is refused.
    fn drop_all_options(&mut self) -> Result<String, String> {
        let without = &self.setup.without;
        let more: Vec<&str> =
            optional(&self.setup).filter(|field| !without.iter().any(|known| known == field)).collect();
        if more.is_empty() {
            return Err("the whole session".to_owned());
        }
        let names = more.join(", ");
        self.setup.without.extend(more.into_iter().map(str::to_owned));
        Ok(names)
    }

    /// The connection was closed instead of being set up: the next one asks for less.
    fn refused_by_close(&mut self, code: u16, reason: &str, out: &mut Vec<Heard>) {
        let fault = Fault::from_reason(reason);
        let is_named = fault.field_of(&self.session()).is_some();
        if !is_named && !is_refusal(code) {
            return;
        }
        self.setup.closed_count += 1;
        let given_up = if is_named {
            Some(self.reduce_setup(&fault))
        } else {
            (self.setup.closed_count >= CLOSED_MAX).then(|| self.drop_all_options())
        };
        match given_up.transpose() {
            Ok(field) => out.push(Heard::Reduced(field, Box::new(self.setup.clone()))),
            Err(field) => {
                out.push(Heard::Unfit(field));
                out.push(Heard::Event(Event::Lost(Loss::Final)));
            }
        }
    }

    /// A request for a response was refused: the next one does without what was refused of it.
    pub(super) fn reduce_requests(&mut self, fault: &Fault, out: &mut Vec<Heard>) {
        let refused = fault.field_of_response();
        let Some(field) = refused.filter(|field| OPTIONAL_OF_RESPONSE.contains(&field.as_str())) else {
            return;
        };
        let field = format!("{RESPONSE_FIELDS}{field}");
        if !self.setup.without.contains(&field) {
            self.setup.without.push(field.clone());
            out.push(Heard::Reduced(Some(field), Box::new(self.setup.clone())));
        }
    }

    /// Whether responses come back without our name of their request.
    pub(super) fn loses_tags(&self) -> bool {
        self.setup.without.iter().any(|field| field == "response.metadata")
    }

    /// What the provider can do, without what it has refused.
    pub(super) fn capabilities(&self) -> Capabilities {
        Capabilities {
            can_cancel: true,
            cancels_on_speech: !self
                .setup
                .without
                .iter()
                .any(|field| field == INTERRUPTS || field == DETECTION),
            can_truncate: true,
            answers_turns: true,
            detects_turns: true,
            needs_sound: false,
            counts_tokens: true,
            says_verbatim: true,
            max_session_ms: Some(MAX_SESSION_MS),
        }
    }

    /// Takes in that the provider has closed the connection.
    pub(super) fn closed(&mut self, code: u16, reason: &str, out: &mut Vec<Heard>) {
        // A close right after an error belongs to that error.
        if !self.is_set_up && self.setup_count == 1 {
            self.refused_by_close(code, reason, out);
        }
    }
}
