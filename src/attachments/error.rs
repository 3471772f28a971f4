//! Errors of uploads and downloads.

use crate::db::DbError;
use crate::documents::DocumentError;
use crate::files::FilesError;
use crate::pictures::PictureError;
use crate::refusal::ServiceError;
use crate::wire::{ErrorCode, WireError};

/// Why a file was not taken or given.
#[derive(Debug, thiserror::Error)]
pub enum AttachmentError {
    /// Storage failed; nothing was changed.
    #[error("storage failed")]
    Storage(#[from] DbError),
    /// The file could not be stored, read or removed.
    #[error(transparent)]
    File(FilesError),
    /// The server is going down.
    #[error("the server is stopping")]
    Stopping,
    /// It does not exist, or belongs to somebody else.
    #[error("there is no such file")]
    NotFound,
    /// The caller may not bring files.
    #[error("{0}")]
    Refused(WireError),
    /// The conversation is closed.
    #[error("the conversation is closed")]
    Closed,
    /// It is larger than allowed; the words say what and how large it may be.
    #[error("{0}")]
    TooLarge(String),
    /// The disk has less free space than it must keep.
    #[error("the disk has too little free space for files")]
    NoRoom,
    /// It is no picture that may be sent.
    #[error(transparent)]
    Picture(PictureError),
    /// It is no document that may be sent.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// The channel takes no files of its kind.
    #[error("this channel does not take files of this kind")]
    KindNotTaken,
}

impl From<FilesError> for AttachmentError {
    fn from(error: FilesError) -> Self {
        match error {
            FilesError::NotFound => Self::NotFound,
            error => Self::File(error),
        }
    }
}

impl From<PictureError> for AttachmentError {
    fn from(error: PictureError) -> Self {
        match error {
            PictureError::TooManyPixels { .. } => Self::TooLarge(error.to_string()),
            error => Self::Picture(error),
        }
    }
}

impl From<AttachmentError> for ServiceError {
    fn from(error: AttachmentError) -> Self {
        match error {
            error @ (AttachmentError::Storage(_)
            | AttachmentError::File(_)
            | AttachmentError::Stopping
            | AttachmentError::NoRoom) => Self::unavailable(error),
            AttachmentError::NotFound => Self::not_found(),
            AttachmentError::Refused(error) => error.into(),
            AttachmentError::Closed => {
                Self::new(ErrorCode::ConversationClosed, "this conversation is closed")
            }
            AttachmentError::TooLarge(words) => Self::new(ErrorCode::TooLarge, words),
            AttachmentError::Picture(error) => Self::bad_request(error.to_string()),
            error @ (AttachmentError::Document(_) | AttachmentError::KindNotTaken) => {
                Self::bad_request(error.to_string())
            }
        }
    }
}
