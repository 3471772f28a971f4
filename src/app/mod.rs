//! Puts the parts together and runs the server from start to a graceful stop.

mod accept;
mod bus;
mod heartbeat;
mod knowledge;
mod listen;
mod models;
mod notice;
mod router;
mod serve;
mod services;
mod shut_out;
mod signals;
mod simulator;

pub use models::Models;
pub use serve::serve;
pub use services::Services;
