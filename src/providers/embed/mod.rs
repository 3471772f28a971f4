//! Text embeddings.

mod vectors;

pub use vectors::{Embedded, embed};
