//! Voices in real time: sessions in which a model hears and speaks, over a WebSocket.
//!
//! A dialect owns its address, headers, capabilities, what is said and what is heard; the rest of the server knows a
//! [`Connection`], [`Request`]s and what is [`Heard`]. Which dialects a provider speaks is a line in `registry`, and
//! which of them a model speaks is its entry in `models.json`. No dialect holds a sentence that a model is told: those
//! come with the requests.

mod connection;
mod dialect;
mod dialects;
mod gpt_live;
mod heard;
mod key_header;
mod local;
mod models;
mod openai;
mod openai_ga;
mod registry;
mod request;
#[cfg(test)]
mod second_dialect_for_tests;
mod server_line;
mod setup;

pub use connection::{Connection, Reach, RealtimeEndpoint, VoiceServer, dial};
pub use dialect::{Dialect, Session};
pub use dialects::Dialects;
pub use heard::{Heard, TurnTimes, WritingUsed};
pub use local::{LocalSession, LocalVoice};
pub use registry::{dialect_of, local_endpoint, local_name, realtime_endpoint, simulated_endpoint};
pub use request::{Author, Item, Notice, Request};
pub use setup::{Detection, Phrases, Setup, Task};
