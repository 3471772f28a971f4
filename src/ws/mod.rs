//! The native transport: JSON text frames on a WebSocket at `/ws`.

mod duplex;
#[cfg(feature = "conformance")]
mod echo;
mod frames;
mod hello;
mod keepalive;
mod reader;
mod route;
mod sink;
mod state;
mod voice;
mod writer;

#[cfg(feature = "conformance")]
pub use echo::echo;
pub use frames::{Envelope, parse_envelope};
pub use route::upgrade;
pub use state::WsState;
pub use voice::{VoiceState, upgrade_voice};
