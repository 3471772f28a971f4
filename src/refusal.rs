//! What a service answers where it has no result: it refused, which the caller reads, or it failed, which the log
//! explains.
//!
//! `?` turns a failure of storage or a refusal into a [`ServiceError`]. The edge that answers turns it into a
//! [`WireError`] with [`ServiceError::report`], which logs a failure once: REST inside the span of the request, sockets
//! and calls inside one that is made for the failure. Work that answers nobody uses [`ServiceError::log_unanswered`].

use std::borrow::Cow;
use std::error::Error;
use std::sync::Arc;

use rooms::Refusal;

use crate::wire::{ErrorCode, WireError};

/// Why a service did not do what it was asked.
#[derive(Debug, Clone)]
pub enum ServiceError {
    /// The caller asked for what cannot be, or may not; nothing is wrong with the server.
    Refused(WireError),
    /// The server could not do it.
    Failed(Failure),
}

/// What went wrong inside the server.
#[derive(Debug, Clone)]
pub struct Failure {
    /// `unavailable` or `internal`: what the caller is told.
    code: ErrorCode,
    /// What the log tells.
    cause: Arc<dyn Error + Send + Sync>,
}

/// Something that must be so is not; the words say what.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Broken(&'static str);

impl Failure {
    /// `unavailable` or `internal`.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        self.code
    }

    /// What went wrong.
    #[must_use]
    pub fn cause(&self) -> &(dyn Error + 'static) {
        self.cause.as_ref()
    }
}

impl ServiceError {
    /// A failure that may be over when the caller tries again, such as storage that cannot be reached.
    pub fn unavailable(cause: impl Error + Send + Sync + 'static) -> Self {
        Self::Failed(Failure { code: ErrorCode::Unavailable, cause: Arc::new(cause) })
    }

    /// A failure that trying again does not mend, such as a secret that cannot be opened.
    pub fn internal(cause: impl Error + Send + Sync + 'static) -> Self {
        Self::Failed(Failure { code: ErrorCode::Internal, cause: Arc::new(cause) })
    }

    /// The refusal `unavailable` where nothing has failed: what was asked may go through in a moment.
    #[must_use]
    pub fn try_again() -> Self {
        WireError::unavailable().into()
    }

    /// A refusal with its code and words.
    pub fn new(code: ErrorCode, message: impl Into<Cow<'static, str>>) -> Self {
        WireError::new(code, message).into()
    }

    /// The refusal `bad_request`, with words that say what is allowed.
    pub fn bad_request(message: impl Into<Cow<'static, str>>) -> Self {
        WireError::bad_request(message).into()
    }

    /// The refusal `conflict`, with words that say with what.
    pub fn conflict(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::Conflict, message)
    }

    /// The refusal `not_found`, for what does not exist and for what is somebody else's.
    #[must_use]
    pub fn not_found() -> Self {
        WireError::not_found().into()
    }

    /// The refusal `forbidden`.
    pub fn forbidden(message: impl Into<Cow<'static, str>>) -> Self {
        WireError::forbidden(message).into()
    }

    /// The refusal `unauthenticated`.
    #[must_use]
    pub fn unauthenticated() -> Self {
        WireError::unauthenticated().into()
    }

    /// The refusal `rate_limited`, with the wait in milliseconds.
    #[must_use]
    pub fn rate_limited(retry_after_ms: u64) -> Self {
        WireError::rate_limited(retry_after_ms).into()
    }

    /// The failure of a message that was committed without an entry that its author may see.
    #[must_use]
    pub fn no_entry() -> Self {
        Self::broken("a message was committed without an entry that its author may see")
    }

    /// A failure without an error below it: something that must be so is not.
    #[must_use]
    pub fn broken(what: &'static str) -> Self {
        Self::internal(Broken(what))
    }

    /// The code that the caller is told.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Refused(error) => error.code,
            Self::Failed(failure) => failure.code,
        }
    }

    /// The same within a span that is made only for a failure: for edges where most answers are none.
    #[must_use]
    pub fn report_in(self, span: impl FnOnce() -> tracing::Span) -> WireError {
        match self {
            Self::Refused(error) => error,
            failed @ Self::Failed(_) => span().in_scope(|| failed.report()),
        }
    }

    /// Logs what nobody waits for: a failure as an error with its causes, a refusal for whoever looks closely.
    pub fn log_unanswered(&self, what: &'static str) {
        match self {
            Self::Refused(error) => {
                tracing::debug!(code = error.code.as_str(), reason = %error.message, "{what}")
            }
            Self::Failed(failure) => log_unanswered(failure.cause(), what),
        }
    }

    /// Logs a failure, and gives what the caller is told. Called once, where the answer leaves.
    #[must_use]
    pub fn report(self) -> WireError {
        match self {
            Self::Refused(error) => error,
            Self::Failed(failure) => {
                let cause: &(dyn Error + 'static) = failure.cause.as_ref();
                tracing::error!(error = cause, code = failure.code.as_str(), "request failed");
                if failure.code == ErrorCode::Unavailable {
                    WireError::unavailable()
                } else {
                    WireError::internal()
                }
            }
        }
    }
}

/// Logs a failure for which nobody waits: what goes on in the background answers no one.
pub fn log_unanswered(error: &(dyn Error + 'static), what: &'static str) {
    tracing::error!(error, "{what}");
}

impl From<Refusal> for ServiceError {
    fn from(refusal: Refusal) -> Self {
        WireError::from(refusal).into()
    }
}

impl From<WireError> for ServiceError {
    fn from(error: WireError) -> Self {
        Self::Refused(error)
    }
}

impl std::fmt::Display for ServiceError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Refused(error) => write!(formatter, "{}", error.message),
            Self::Failed(failure) => write!(formatter, "{}", failure.cause),
        }
    }
}

impl Error for ServiceError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Refused(_) => None,
            Self::Failed(failure) => failure.cause.source(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_passed_on_and_a_failure_tells_only_its_code() {
        let refused = ServiceError::from(WireError::not_found());
        assert_eq!((refused.code(), refused.report()), (ErrorCode::NotFound, WireError::not_found()));
        let failed = ServiceError::unavailable(std::io::Error::other("disk 7 is on fire"));
        assert_eq!(failed.to_string(), "disk 7 is on fire");
        assert_eq!(failed.report(), WireError::unavailable());
        let failed = ServiceError::internal(std::io::Error::other("the key is gone"));
        assert_eq!(failed.report(), WireError::internal());
    }
}
