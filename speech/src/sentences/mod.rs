//! Divides an answer into sentences that are spoken one after the other, and removes its markup.

mod markup;
mod split;
mod stream;

pub use split::sentences;
pub use stream::SentenceStream;
