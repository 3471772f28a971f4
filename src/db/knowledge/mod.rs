//! What orgs know: sources, how far their indexing is, passages, pairs, and questions nobody could answer.

mod chunks;
mod handle;
mod ids;
mod jobs;
mod pairs;
mod sources;
mod unanswered;

pub use chunks::{ChunkRecord, Chunks, NewChunk, Scope, VectorRecord};
pub use handle::Knowledge;
pub use ids::{PairId, PassageId, SourceId, UnansweredId};
pub use jobs::{Indexed, Indexing, KeepOutcome, SourceLane};
pub use pairs::{PairPassage, PairRecord, PairWrite, Pairs};
pub use sources::{NewSource, SourceChange, SourceKind, SourceRecord, SourceState, Sources};
pub use unanswered::{AskedQuestion, Unanswered, UnansweredRecord};
