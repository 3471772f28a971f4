//! Speech to text: OpenAI's Whisper, in this process.
//!
//! [`mel`] turns samples into a spectrum of 30 s, [`audio`] (Whisper's encoder) turns that into vectors of what is
//! heard, and [`text`] (its decoder) writes tokens one after the other while it looks at them; [`search`] picks them.
//! Weights are kept in eight
//! bits ([`quantised`]), all else is `f32`.

mod audio;
mod layers;
mod math;
mod mel;
mod quantised;
mod recognise;
mod repetition;
mod search;
mod settings;
mod text;
mod vocabulary;
mod weights;

pub use recognise::{MAX_SECONDS, Recognised, Recogniser, SAMPLE_RATE_HZ};
pub(crate) use settings::{SETTINGS, Settings, VOCABULARY};
