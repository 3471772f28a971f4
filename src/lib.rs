//! Switchboard.

pub mod auth;
pub mod clock;
pub mod config;
pub mod crypto;
pub mod ids;
pub mod limits;
pub mod outbound;
pub mod telemetry;
