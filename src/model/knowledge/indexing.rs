//! The outcome of reading a source.

use rooms::Timestamp;

use super::chunk::NewChunk;

/// What was read of a source.
#[derive(Debug, Clone)]
pub struct Indexed {
    /// Its passages.
    pub chunks: Vec<NewChunk>,
    /// The model of their vectors; `None` where they have none.
    pub model: Option<String>,
    /// When to try again to make vectors that could not be made.
    pub retry_at: Option<Timestamp>,
    /// Its own title, where the source has none yet.
    pub title: Option<String>,
    /// What was left out of it.
    pub warning: Option<String>,
}

/// Which sources wait for each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceLane {
    /// What is stored here and read quickly: pairs and texts.
    Quick,
    /// What is fetched, or parsed with much effort: pages and PDF files.
    Slow,
}

/// The outcome of keeping it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeepOutcome {
    /// It can be found.
    Kept,
    /// The source was changed or deleted meanwhile; nothing was kept.
    Outdated,
    /// The org would have too many passages; nothing was kept.
    TooMany,
}
