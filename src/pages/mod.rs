//! The pages that the binary carries: demo, widget and console, compressed beforehand.

mod headers;
mod hosted;
mod html;
mod negotiation;
mod serve;

pub use hosted::{HostedState, hosted_page};
pub use serve::page;
