//! Passages: the pieces that are found, by their words and by their vectors.

use rooms::{ChannelId, OrgId};

use crate::model::{PairId, PassageId, SourceId};

/// A passage to make.
#[derive(Debug, Clone)]
pub struct NewChunk {
    /// The pair it is the answer of.
    pub pair: Option<PairId>,
    /// Its language, such as `en`.
    pub language: String,
    /// Where it stands: the names of its source and headings.
    pub title: String,
    /// The question it answers.
    pub question: Option<String>,
    /// What it says.
    pub text: String,
    /// Where it can be read.
    pub url: Option<String>,
    /// The words of each way of asking its question.
    pub question_terms: Vec<String>,
    /// All its words, apart by spaces.
    pub terms: String,
    /// Its vector as a whole, then one for each way of asking; empty without a model.
    pub vectors: Vec<Vec<f32>>,
}

/// A passage.
#[derive(Debug, Clone)]
pub struct ChunkRecord {
    /// Its number in this database.
    pub num: i64,
    /// Its id.
    pub id: PassageId,
    /// Its source.
    pub source: SourceId,
    /// The pair it is the answer of.
    pub pair: Option<PairId>,
    /// The channel that alone knows it.
    pub channel: Option<ChannelId>,
    /// Its language.
    pub language: String,
    /// Where it stands.
    pub title: String,
    /// The question it answers.
    pub question: Option<String>,
    /// What it says.
    pub text: String,
    /// Where it can be read.
    pub url: Option<String>,
    /// The words of each way of asking its question.
    pub question_terms: Vec<String>,
    /// All its words, apart by spaces.
    pub terms: String,
}

/// One vector of a passage.
#[derive(Debug, Clone)]
pub struct VectorRecord {
    /// The passage's number.
    pub chunk: i64,
    /// 0: the passage as a whole; above: a way of asking.
    pub place: i64,
    /// The channel that alone knows the passage.
    pub channel: Option<ChannelId>,
    /// The numbers.
    pub vector: Vec<f32>,
}

/// Whose knowledge is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope {
    /// The org.
    pub org: OrgId,
    /// The channel, which knows its own and the org's; `None`: what every channel knows.
    pub channel: Option<ChannelId>,
}
