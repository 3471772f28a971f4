//! The pages that the binary carries: demo, widget and console, compressed beforehand.

mod negotiation;
mod serve;

pub use serve::page;
