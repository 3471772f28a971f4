//! Puts the parts together and runs the server from start to a graceful stop.

mod accept;
mod knowledge;
mod listen;
mod models;
mod notice;
mod outgoing;
mod router;
mod serve;
mod signals;
mod simulator;

pub use serve::serve;
