//! What a call does next: [`Relay::apply`] takes whatever happens and says what to carry out.
//!
//! [`Input`] comes from the visitor's leg, agents, tools and the provider; [`Output`] goes back to them and to the
//! conversation. A provider is known by its [`Capabilities`] only, never by name: a dialect in the server
//! translates its events into [`Event`] and [`Command`] into its words. The same inputs at the same times give the
//! same outputs, so a log of a call replays.

mod barge_in;
mod call;
mod delegation;
mod delegations;
mod finish;
mod floor;
mod hearing;
mod holding;
mod ids;
mod input;
mod link;
mod links;
mod listening;
mod output;
mod overheard;
mod provider;
mod responses;
mod role;
mod saying;
mod sayings;
mod script;
mod tools;
mod uplink;
mod words;

pub use call::Relay;
pub use ids::{CallId, ItemId, LinkId, ReplyId, RequestTag, ResponseId, SayId};
pub use input::{
    AgentAction, Capabilities, Event, Input, Loss, Obstacle, Outcome, Overheard, ReplyStatus, Rules, Tokens,
};
pub use link::BACKOFF_MS;
pub use output::{
    Clip, Command, EndReason, Ending, Floor, Instruction, LinkHealth, Output, Purpose, ReleaseReason,
    ReplyEnd, SayStage, Sensitivity, ToolStage, Turn,
};
pub use role::Role;
pub use uplink::GAP_MS;

#[cfg(test)]
mod hearing_tests;
#[cfg(test)]
mod limit_tests;
#[cfg(test)]
mod live_tests;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod refusal_tests;
#[cfg(test)]
mod rotation_tests;
#[cfg(test)]
mod saying_tests;
#[cfg(test)]
mod tests;
