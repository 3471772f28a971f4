//! Switchboard.

pub mod clock;
pub mod crypto;
pub mod ids;
