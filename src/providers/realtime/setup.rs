//! The configuration of a session, independent of the dialect.

use crate::providers::ToolSpec;

/// How a provider notices that the visitor begins and ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Detection {
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
pub enum Task {
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

/// What a voice says that has no words of its own, in the visitor's language.
#[derive(Debug, Clone, Copy)]
pub struct Phrases {
    /// To begin with.
    pub greeting: &'static str,
    /// There is no answer.
    pub failed: &'static str,
    /// A person was asked for, and nobody came.
    pub nobody_came: &'static str,
    /// A person has had the call and has given it back.
    pub given_back: &'static str,
    /// The call ends soon.
    pub call_ends: &'static str,
}

/// How a voice session is set up. It never leaves the server but to the provider.
#[derive(Debug, Clone)]
pub struct Setup {
    /// What it is for; to write, only the models, the detection, the language and the noise matter.
    pub task: Task,
    /// What the assistant is told.
    pub instructions: String,
    /// What it is told instead where the model calls no tools, and delegates tasks.
    pub delegating_instructions: String,
    /// The voice.
    pub voice: String,
    /// How fast it speaks: 1 is as recorded.
    pub speed: f64,
    /// How turns are noticed.
    pub detection: Detection,
    /// Models that put the visitor's words in writing, the best first; none means no transcripts.
    pub transcription_models: Vec<String>,
    /// The visitor's language as a two-letter code, where it is known.
    pub language: Option<&'static str>,
    /// `near_field`, `far_field`, or nothing.
    pub noise_reduction: Option<String>,
    /// What a voice says that has no words of its own.
    pub phrases: Phrases,
    /// What it may call.
    pub tools: Vec<ToolSpec>,
    /// The longest response in tokens.
    pub max_output_tokens: u32,
    /// Fields that the provider has refused, by their path in the dialect; they are left out.
    pub without: Vec<String>,
    /// How often the provider has closed the connection instead of taking the set-up.
    pub closed_count: u32,
}

#[cfg(test)]
impl Setup {
    /// A set-up that asks for everything.
    pub(crate) fn for_tests() -> Self {
        Self {
            task: Task::Talk,
            instructions: "Be kind.".to_owned(),
            delegating_instructions: "Be kind, and delegate.".to_owned(),
            voice: "marin".to_owned(),
            speed: 1.0,
            detection: Detection::Loudness { threshold: 0.5, silence_ms: 500 },
            transcription_models: vec!["gpt-transcribe".to_owned(), "older".to_owned()],
            language: Some("es"),
            noise_reduction: Some("near_field".to_owned()),
            phrases: Phrases {
                greeting: "Hello.",
                failed: "Sorry.",
                nobody_came: "Nobody came.",
                given_back: "I am back.",
                call_ends: "The call ends.",
            },
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
