//! Questions with their answers.

use rooms::Timestamp;

use super::chunk::NewChunk;
use crate::model::{PairId, SourceId};

/// A pair as it is to stand.
#[derive(Debug, Clone)]
pub struct PairWrite {
    /// Its id.
    pub id: PairId,
    /// The set it belongs to.
    pub source: SourceId,
    /// The question.
    pub question: String,
    /// Other ways of asking it.
    pub phrasings: Vec<String>,
    /// The answer.
    pub answer: String,
}

/// A pair.
#[derive(Debug, Clone)]
pub struct PairRecord {
    /// Its id.
    pub id: PairId,
    /// The set it belongs to.
    pub source: SourceId,
    /// The question.
    pub question: String,
    /// Other ways of asking it.
    pub phrasings: Vec<String>,
    /// The answer.
    pub answer: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed.
    pub updated_at: Timestamp,
}

/// How a pair's passage is to be found.
#[derive(Debug, Clone)]
pub struct PairPassage {
    /// The passage.
    pub chunk: NewChunk,
    /// The model of its vectors; `None` where it has none.
    pub model: Option<String>,
    /// When to try again to make vectors that could not be made.
    pub retry_at: Option<Timestamp>,
}
