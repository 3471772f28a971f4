//! One connection's state: how it is set up, and what is left to try where the provider refuses the set-up.

use audio::relay::{Capabilities, Command, Sensitivity};
use serde_json::{Value, json};

use super::{hear, say};
use crate::voice::dialect::{Detection, Dialect, Heard, Setup, Task};

/// The event id of the set-up, by which a refusal is known.
pub(super) const SETUP_ID: &str = "evt_setup";
/// The provider's own limit of a session: 60 minutes.
const MAX_SESSION_MS: u64 = 60 * 60_000;
/// How much more it takes to interrupt while echo cancellers learn the room.
const LOW_SENSITIVITY: f64 = 0.25;
const THRESHOLD_MAX: f64 = 0.95;

/// A connection that speaks the dialect.
#[derive(Debug)]
pub(in crate::voice) struct OpenAiGa {
    pub(super) setup: Setup,
    pub(super) sensitivity: Sensitivity,
    pub(super) is_set_up: bool,
    /// Whether the voice is left out, as the provider refused to change it.
    pub(super) keeps_voice: bool,
    pub(super) replayed_calls: u32,
}

impl OpenAiGa {
    /// A connection that will be set up so.
    #[must_use]
    pub(in crate::voice) fn new(setup: Setup) -> Self {
        Self {
            setup,
            sensitivity: Sensitivity::Normal,
            is_set_up: false,
            keeps_voice: false,
            replayed_calls: 0,
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
            // It has no responses.
            Task::Write { .. } => None,
        };
        if let Some(answers) = answers {
            detection["create_response"] = answers.into();
            detection["interrupt_response"] = answers.into();
        }
        detection
    }

    /// The whole set-up. Every field that matters is sent: nothing is left to defaults that differ by provider.
    pub(super) fn setup_event(&self) -> String {
        let session = match self.setup.task {
            Task::Talk | Task::Listen => self.talking(),
            Task::Write { .. } => json!({ "type": "transcription", "audio": { "input": self.input() } }),
        };
        json!({ "type": "session.update", "event_id": SETUP_ID, "session": session }).to_string()
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

    /// Sets up with less where the provider refused a field; `None` where nothing is left to do without.
    pub(super) fn degrade(&mut self, code: &str, param: &str) -> Option<String> {
        let is_about = |field: &str| param.starts_with(&format!("session.audio.input.{field}"));
        let writes = self.setup.task != Task::Talk;
        let models = &mut self.setup.transcription_models;
        if code == "cannot_update_voice" && !self.keeps_voice {
            self.keeps_voice = true;
        } else if is_about("turn_detection") && self.setup.detection == Detection::Meaning {
            self.setup.detection = Detection::Loudness { threshold: 0.5, silence_ms: 500 };
        } else if is_about("noise_reduction") && self.setup.noise_reduction.is_some() {
            self.setup.noise_reduction = None;
        } else if is_about("transcription") && !models.is_empty() || writes && models.len() > 1 {
            // Models that write as they hear find no turns, which is said of the detection.
            models.remove(0);
            if writes && models.is_empty() {
                return None;
            }
        } else {
            return None;
        }
        Some(self.setup_event())
    }
}

impl Dialect for OpenAiGa {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            can_cancel: true,
            cancels_on_speech: true,
            can_truncate: true,
            answers_turns: true,
            max_session_ms: Some(MAX_SESSION_MS),
        }
    }

    fn say(&mut self, command: Command, out: &mut Vec<String>) {
        say::say(self, command, out);
    }

    fn hear(&mut self, text: &str, out: &mut Vec<Heard>) {
        hear::hear(self, text, out);
    }
}
