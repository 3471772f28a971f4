//! Calls: a visitor speaks with the assistant, and a person can step in.
//!
//! One task owns a call ([`Voice`] starts and finds them). It polls the sockets of all legs and of the provider and
//! lets `audio::relay` decide; a provider is known by its dialect's capabilities alone. What happens is written into
//! the conversation by a scribe of its own, so that storage never delays a sound. Keys and addresses of providers stay
//! in `providers::realtime`.
//!
//! `call` is the poll loop over a call's parts: `legs`, `links`, `transcript`, `desk`, `overhearing` and `timing`.
//! `inputs` and `agent_commands` make what happens into inputs of the relay, `outputs` carries out what it decides.

mod admission;
mod agent_commands;
mod call;
mod clips;
mod control;
mod delegations;
mod desk;
mod dialer;
mod frame;
#[cfg(test)]
mod fuzz_tests;
mod inputs;
mod launch;
mod leg;
#[cfg(test)]
mod leg_for_tests;
mod legs;
mod links;
mod live;
#[cfg(test)]
mod live_gates_tests;
#[cfg(test)]
mod live_studio_for_tests;
mod microphone;
mod outputs;
mod overhearing;
mod own_voice;
mod plan;
mod recording;
mod registry;
mod requests;
mod retention;
mod running_tasks;
mod sayings;
mod scribe;
mod service;
mod start;
mod summaries;
mod tickets;
mod timing;
mod tool_runs;
mod transcript;
mod turn_times;
mod wire_names;

pub use leg::LegSocket;
pub use live::{CallFacts, CallStanding};
pub use registry::VoiceParts;
pub use service::{CallView, LegTicket, Recording, Voice};
pub use tickets::LegMode;

/// Billionths of a US dollar as dollars, for people.
#[expect(clippy::cast_precision_loss, reason = "money for people to read")]
pub(crate) fn usd(nano_usd: u64) -> f64 {
    nano_usd as f64 / 1e9
}
