//! Errors of knowledge operations, and their form for clients.

use crate::db::DbError;
use crate::refusal::ServiceError;
use crate::wire::{ErrorCode, WireError};

/// What was asked of the knowledge could not be done.
#[derive(Debug, thiserror::Error)]
pub enum KnowledgeError {
    /// Storage failed; nothing was changed.
    #[error("storage failed")]
    Storage(#[from] DbError),
    /// It does not exist, or belongs to somebody else.
    #[error("there is no such thing")]
    NotFound,
    /// The caller may not do this.
    #[error("{0}")]
    Refused(WireError),
    /// It is larger than allowed; the words say what and how large it may be.
    #[error("{0}")]
    TooLarge(String),
    /// It does not fit; the words say why.
    #[error("{0}")]
    Malformed(String),
}

impl From<KnowledgeError> for ServiceError {
    fn from(error: KnowledgeError) -> Self {
        match error {
            KnowledgeError::Storage(error) => error.into(),
            KnowledgeError::NotFound => Self::not_found(),
            KnowledgeError::Refused(error) => error.into(),
            KnowledgeError::TooLarge(words) => Self::new(ErrorCode::TooLarge, words),
            KnowledgeError::Malformed(words) => Self::bad_request(words),
        }
    }
}
