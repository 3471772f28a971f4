//! A scripted realtime voice provider: the GA dialect and GPT-Live over WebSocket, on one port.
//!
//! A test says what is answered and what goes wrong ([`Scenario`]), and asks what was received and which rules were
//! broken ([`ConnectionLog`]). The assistant's sound tells its own position ([`tones`]), so that a test knows from any
//! 40 ms what is being heard. Events are checked as strictly as the real service does it.

mod beta;
mod config;
mod connection;
mod conversation;
mod dice;
mod door;
mod espeak;
mod events;
mod faults;
mod fields;
mod gentle;
mod head;
mod inbound;
mod input;
mod items;
mod live;
mod log;
mod playing;
mod presets;
mod refusal;
mod refusing;
mod request;
mod response;
mod responses;
mod scenario;
mod server;
mod session;
mod shape;
mod sound;
mod stage;
mod talk;
mod tape;
pub mod tones;
mod turns;
mod usage;
mod vad;
mod with_faults;

pub use espeak::check_espeak;
pub use faults::{Faults, RefusalShape};
pub use live::{LiveRules, OfflineLive, OfflineSaid};
pub use log::{Closed, ConnectionLog, ItemLog};
pub use scenario::{Call, Scenario, Turn, UsageRule, Voice};
pub use server::RealtimeSim;
pub use session::OFFLINE_UNIX_S;
pub use usage::Usage;
