//! What every provider of voices must be able to say and hear. The relay knows a provider by this alone.

use audio::relay::{Capabilities, Command, Event};

use crate::providers::ToolSpec;

/// How a provider notices that the visitor begins and ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Detection {
    /// By loudness.
    Loudness {
        /// From 0 to 1; higher needs louder speech.
        threshold: f64,
        /// Silence that ends a turn, in milliseconds.
        silence_ms: u64,
    },
    /// By what is said.
    Meaning,
}

/// What a session is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Task {
    /// To speak with the visitor.
    Talk,
    /// To put in writing what is heard, and nothing else. Some servers want the model in the address, some refuse it.
    Write {
        /// Whether the address names the model.
        names_model: bool,
    },
    /// The same where a server has sessions for speaking alone: one that answers nothing.
    Listen,
}

/// How a voice session is set up. It never leaves the server but to the provider.
#[derive(Debug, Clone)]
pub(super) struct Setup {
    /// What it is for; to write, only the models, the detection, the language and the noise matter.
    pub(super) task: Task,
    /// What the assistant is told.
    pub(super) instructions: String,
    /// What it says first; empty leaves the words to it.
    pub(super) greeting: String,
    /// The voice.
    pub(super) voice: String,
    /// How fast it speaks: 1 is as recorded.
    pub(super) speed: f64,
    /// How turns are noticed.
    pub(super) detection: Detection,
    /// Models that put the visitor's words in writing, the best first; none means no transcripts.
    pub(super) transcription_models: Vec<String>,
    /// The visitor's language as a two-letter code, where it is known.
    pub(super) language: Option<&'static str>,
    /// `near_field`, `far_field`, or nothing.
    pub(super) noise_reduction: Option<String>,
    /// What it may call.
    pub(super) tools: Vec<ToolSpec>,
    /// The longest response in tokens.
    pub(super) max_output_tokens: u32,
    /// Fields that the provider has refused, by their path in the dialect; they are left out.
    pub(super) without: Vec<String>,
    /// How often the provider has closed the connection instead of taking the set-up.
    pub(super) closed_count: u32,
}

/// What putting words in writing used.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct WritingUsed {
    /// Tokens of sound in.
    pub(super) audio_tokens: u64,
    /// Tokens of text in.
    pub(super) text_tokens: u64,
    /// Tokens out.
    pub(super) output_tokens: u64,
    /// Milliseconds of sound, where the provider counts these.
    pub(super) duration_ms: u64,
}

/// Something heard from a provider.
#[derive(Debug, Clone)]
pub(super) enum Heard {
    /// For the relay.
    Event(Event),
    /// The provider ends the connection then, in seconds since 1970.
    Expires(i64),
    /// Something to be sent at once: the session is set up with less.
    Answer(String),
    /// The provider refused this field, or has refused without a word; further connections to it are to be set up so.
    Reduced(Option<String>, Box<Setup>),
    /// The provider refused something that no call can do without, or everything.
    Unfit(String),
    /// What the writing of a turn used, and by which model.
    Written(String, WritingUsed),
    /// A complaint of the provider's; for the log, as its code alone.
    Complaint(String),
}

/// One connection's way of speaking. It holds what the connection's state needs, and no socket.
pub(super) trait Dialect: Send + std::fmt::Debug {
    /// What the provider can do.
    fn capabilities(&self) -> Capabilities;

    /// Adds what is to be sent for `command`, as texts.
    fn say(&mut self, command: Command, out: &mut Vec<String>);

    /// Adds what `text` means. What is unknown or malformed means nothing.
    fn hear(&mut self, text: &str, out: &mut Vec<Heard>);

    /// Adds what it means that the provider has closed the connection, with this code and reason. That it is lost
    /// is said by whoever reads it.
    fn closed(&mut self, code: u16, reason: &str, out: &mut Vec<Heard>);
}

#[cfg(test)]
impl Setup {
    /// A set-up that asks for everything.
    pub(super) fn for_tests() -> Self {
        Self {
            task: Task::Talk,
            instructions: "Be kind.".to_owned(),
            greeting: "Hello there".to_owned(),
            voice: "marin".to_owned(),
            speed: 1.0,
            detection: Detection::Loudness { threshold: 0.5, silence_ms: 500 },
            transcription_models: vec!["gpt-transcribe".to_owned(), "older".to_owned()],
            language: Some("es"),
            noise_reduction: Some("near_field".to_owned()),
            tools: vec![ToolSpec {
                name: "search".to_owned(),
                description: "Finds".to_owned(),
                parameters: serde_json::json!({}),
            }],
            max_output_tokens: 2_048,
            without: Vec::new(),
            closed_count: 0,
        }
    }
}
