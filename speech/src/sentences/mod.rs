//! Divides an answer into sentences that are spoken one after the other, and removes its markup.

mod markup;
mod split;

pub use split::sentences;
