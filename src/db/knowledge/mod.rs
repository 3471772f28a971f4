//! What orgs know: sources, how far their indexing is, passages, pairs, and questions nobody could answer.

mod chunks;
mod ids;
mod jobs;
mod pairs;
mod sources;
mod unanswered;

pub use chunks::{ChunkRecord, NewChunk, Scope, VectorRecord};
pub use ids::{PairId, PassageId, SourceId, UnansweredId};
pub use jobs::{Indexed, KeepOutcome, SourceLane};
pub use pairs::{PairPassage, PairRecord, PairWrite};
pub use sources::{NewSource, SourceChange, SourceKind, SourceRecord, SourceState};
pub use unanswered::{AskedQuestion, UnansweredRecord};
