//! A passage as a reader gives it.

use serde::{Deserialize, Serialize};

/// A passage of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::knowledge) struct ReadChunk {
    pub(in crate::knowledge) language: String,
    pub(in crate::knowledge) title: String,
    pub(in crate::knowledge) question: Option<String>,
    pub(in crate::knowledge) text: String,
    pub(in crate::knowledge) question_terms: Vec<String>,
    pub(in crate::knowledge) terms: String,
}
