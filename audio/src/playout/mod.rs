//! Tracks the audio received from a provider, sent to the visitor, and played.
//!
//! Providers send half a minute of speech in seconds. [`Line`] keeps it and lets little run ahead of what was
//! played, so that an interruption throws away the hub's queue and not sound on its way.

mod item;
mod line;
mod sound;

pub use item::{Generation, UtteranceId};
pub use line::{AHEAD_MS, Heard, Line, PlayFrame, Played, STORED_MS};

#[cfg(test)]
mod tests;
