//! Text to speech: an American English voice, in this process.
//!
//! A sentence is written out in words ([`normalise`]), the words get their parts of speech ([`tagger`]) and phonemes
//! ([`pronounce`]), a network turns those into a spectrum ([`acoustic`]), and that becomes samples ([`signal`]).
//! The phonemes are those of Misaki, the alphabet that Kokoro was trained with; the voice is Hibari, which was distilled
//! from it.

mod acoustic;
mod context;
mod lexicon;
mod normalise;
mod pronounce;
mod signal;
mod speak;
mod special;
mod stress;
mod suffixes;
mod tagger;
mod unknown;
mod words;

pub(crate) mod parts;
pub(crate) mod table;

pub use speak::{VOICE_RATE_HZ, Voice};
