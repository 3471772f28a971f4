//! What the nodes of one installation tell each other, beside the database that they share.
//!
//! The bus may lose anything: what is durable stands in the database, and a node that may have missed something looks
//! there. What is not durable (who types, who is here, what is being written) lapses by itself or is asked for again.
//! A server by itself has a bus that nobody listens to, and pays nothing for it.

mod batch;
mod heard;
mod news;
mod others;
mod outgoing;
mod redis;
mod service;
mod texts;

pub use heard::Heard;
pub use news::{AgentHere, News, Person, ReplyNews, Viewed};
pub use service::{Bus, BusError};
