//! Voices in this process: speech to text, the org's assistant, and text to speech, sentence by sentence.
//!
//! To the rest of the server it is a provider of voices like any other ([`crate::providers::realtime`]): the relay says
//! when the visitor's turns begin and end, every turn is a task for the org's assistant, and the answer is said as it
//! is. The stages are chosen by settings: [`Hearing`] and [`Speaking`].

mod answer;
mod early;
mod error;
mod espeak;
mod hearing;
mod job;
mod outbox;
mod queue;
mod rate;
mod said;
mod servers;
mod session;
mod speaking;
mod stages;
mod turn_clock;
mod turn_sound;
mod voice;
mod writing;

#[cfg(test)]
mod session_tests;

pub use error::StageError;
pub use espeak::Espeak;
pub use hearing::Hearing;
pub use servers::{SpeechServer, TranscriptionServer};
pub use speaking::Speaking;
pub use voice::{CallsMax, LocalVoices, NoPlace};
