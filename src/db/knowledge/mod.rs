//! What orgs know: sources, how far their indexing is, passages, pairs, and questions nobody could answer.

mod chunks;
mod handle;
mod indexing;
mod pairs;
mod sources;
mod unanswered;

pub use chunks::Chunks;
pub use handle::Knowledge;
pub use indexing::Indexing;
pub use pairs::Pairs;
pub use sources::Sources;
pub use unanswered::Unanswered;
