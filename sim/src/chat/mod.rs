//! A scripted provider of chat, embeddings and searches: OpenAI, Azure, Anthropic and Perplexity shapes on one port.
//!
//! A test pushes replies and asks what was received. Requests are checked as strictly as the real services do, so
//! that a request that passes here has the right shape there.

mod anthropic;
mod body;
mod check_anthropic;
mod check_openai;
mod embeddings;
mod fault;
mod frames;
mod openai;
mod record;
mod reply;
mod route;
mod schema;
mod script;
mod server;
mod stage;
mod stores;

pub use fault::{Cut, Fault, Malformed};
pub use record::{Counts, Recorded};
pub use reply::{Gate, Reply, Source};
pub use script::Endpoint;
pub use server::ChatSim;
pub use stores::Passage;
