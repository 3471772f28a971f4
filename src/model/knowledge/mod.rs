//! What orgs know: sources, their passages, pairs, and questions nobody could answer.

mod chunk;
mod indexing;
mod pair;
mod source;
mod unanswered;

pub use chunk::{ChunkRecord, NewChunk, Scope, VectorRecord};
pub use indexing::{Indexed, KeepOutcome, SourceLane};
pub use pair::{PairPassage, PairRecord, PairWrite};
pub use source::{NewSource, SourceChange, SourceKind, SourceRecord, SourceState};
pub use unanswered::{AskedQuestion, UnansweredRecord};
