//! What the assistant may do besides talking: the platform's catalogue, what orgs switch on, and running a call.
//!
//! A call is checked by its tool's schema, answered here or by the org's own server through the gateway, checked
//! again, and written down. Rounds and calls at the same time are the assistant's business.

mod admin;
mod arguments;
mod audit;
mod bother_limit;
mod builtin;
mod catalogue;
mod enquiry;
mod platform;
mod run;
mod runner;
mod search;
mod submissions;
mod toolbox;
mod webhook;

pub use admin::ToolChange;
pub use platform::ToolFields;
pub use submissions::OfflineForm;
pub use toolbox::{Source, ToolContext, ToolResult, Tools, ToolsParts, Wish};
