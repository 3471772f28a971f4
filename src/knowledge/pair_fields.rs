//! A question with its answer, as people write it.

/// A question, its answer, and other ways of asking it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairFields {
    /// The question.
    pub question: String,
    /// Other ways of asking it.
    pub phrasings: Vec<String>,
    /// The answer, given as it stands.
    pub answer: String,
}
