//! What clients hear when something fails: the code; the cause goes to the log.

use crate::db::DbError;
use crate::wire::{ErrorCode, WireError};

/// Storage said no; the cause goes to the log.
pub(super) fn of_storage(error: &DbError) -> WireError {
    tracing::error!(error = error as &dyn std::error::Error, "storage failed");
    WireError::unavailable()
}

/// A failure as clients are told.
pub(super) fn failure(code: ErrorCode, message: &str, retry: bool) -> rooms::Failure {
    rooms::Failure { code: code.as_str().into(), message: message.into(), retry, details: None }
}
