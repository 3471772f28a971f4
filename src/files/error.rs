//! Why a file was not stored, given or removed. No message holds an address beyond a host, a key, or what a store says in
//! its own words.

use std::error::Error as _;
use std::io;

use crate::outbound::OutboundError;
use crate::refusal::ServiceError;

/// Why a file was not stored, given or removed.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    /// It is not there.
    #[error("there is no such file")]
    NotFound,
    /// The part that was asked for is behind its end.
    #[error("the file has only {bytes} bytes")]
    BehindItsEnd {
        /// Its size.
        bytes: u64,
    },
    /// The disk failed.
    #[error("could not use the folder of files (file_disk_failed)")]
    Disk(#[from] io::Error),
    /// The store did not answer, or not to the end.
    #[error("the file store cannot be reached: {reason} (file_store_away)")]
    Away {
        /// What the network said.
        reason: String,
    },
    /// The store answered that it will not.
    #[error("the file store refused the request with {code} (file_store_refused)")]
    Refused {
        /// Its own code, such as `NoSuchBucket` or `AccessDenied`.
        code: String,
    },
}

impl FilesError {
    /// A code that stays the same, also in the words of a failure.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "file_not_found",
            Self::BehindItsEnd { .. } => "file_range_behind_end",
            Self::Disk(_) => "file_disk_failed",
            Self::Away { .. } => "file_store_away",
            Self::Refused { .. } => "file_store_refused",
        }
    }
}

impl From<FilesError> for ServiceError {
    fn from(error: FilesError) -> Self {
        match error {
            FilesError::NotFound => Self::not_found(),
            FilesError::BehindItsEnd { .. } => Self::bad_request(error.to_string()),
            error => Self::unavailable(error),
        }
    }
}

impl From<object_store::Error> for FilesError {
    fn from(error: object_store::Error) -> Self {
        if matches!(error, object_store::Error::NotFound { .. }) && !error.to_string().contains(NO_BUCKET) {
            return Self::NotFound;
        }
        match outbound_cause(&error) {
            Some(cause) => Self::Away { reason: cause.to_string() },
            None => refusal(&error.to_string()),
        }
    }
}

const NO_BUCKET: &str = "NoSuchBucket";

/// The network's own word, where the network failed.
fn outbound_cause(error: &object_store::Error) -> Option<&OutboundError> {
    let mut cause = error.source();
    while let Some(one) = cause {
        if let Some(found) = one.downcast_ref::<OutboundError>() {
            return Some(found);
        }
        cause = one.source();
    }
    None
}

/// The code in what S3 answered; the rest of its answer repeats the key's name and what was signed.
fn refusal(text: &str) -> FilesError {
    let code = text.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>"));
    let code =
        code.map(|(code, _)| code).filter(|code| code.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    FilesError::Refused { code: code.unwrap_or("no code").to_owned() }
}
