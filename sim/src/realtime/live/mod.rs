//! GPT-Live: a full-duplex session at `/v1/live/sessions`, whose clock is the sound that it is sent.
//!
//! With every 20 ms of input the session hears them, decides whether it speaks, and puts out 20 ms of its own: speech,
//! or silence. Nothing happens while nothing is appended, as with the real service. What a test scripts for the other
//! dialect is played here too: a turn of the script is what is said, a call of a function is a task that is delegated.

mod commands;
mod fields;
mod offline;
mod refusal;
mod rules;
mod session;
#[cfg(test)]
mod session_tests;
mod speech;
mod timeline;
mod with_rules;

pub use offline::{OfflineLive, OfflineSaid};
pub use rules::LiveRules;
pub(super) use session::LiveSession;
