//! Embeddings: texts as vectors.

mod vectors;

pub use vectors::{Embedded, embed};
