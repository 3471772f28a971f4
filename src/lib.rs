//! Switchboard: self-hosted live chat and AI voice hub.

pub mod wire;
