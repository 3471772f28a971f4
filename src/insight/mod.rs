//! What a message is about, how its writer feels, and in which language: by words, in the process, in microseconds.
//!
//! It is meant to be good enough to sort an inbox and to notice an unhappy visitor. A model may say better.

mod intent;
mod intents;
mod language;
mod lexicon;
mod reading;
mod sentiment;
mod word_index;

pub use intent::Intent;
pub use intents::intent_of;
pub use language::{Language, known_language_of, language_of};
pub use reading::{Reading, classify, read};
pub use sentiment::{Sentiment, sentiment_of};
