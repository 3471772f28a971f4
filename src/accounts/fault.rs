//! What clients hear when means fail: the code; the cause goes to the log.

use crate::auth::{IdentityError, PasswordError, PasswordRefusal};
use crate::crypto::CryptoError;
use crate::db::DbError;
use crate::telemetry::metrics::{AUTH_FAILURES, RATE_LIMITED};
use crate::wire::{ErrorCode, WireError};

/// How long whoever finds the queue of passwords full should wait.
const BUSY_WAIT_MS: u64 = 2_000;

/// Storage said no, or nothing.
pub(super) fn of_storage(error: DbError) -> WireError {
    match error {
        DbError::Taken { what } => {
            WireError::new(ErrorCode::Conflict, format!("something with the same {what} exists"))
        }
        error => {
            tracing::error!(error = &error as &dyn std::error::Error, "storage failed");
            WireError::unavailable()
        }
    }
}

/// A sealed secret cannot be opened here.
pub(super) fn of_sealing(error: &CryptoError) -> WireError {
    tracing::error!(error = error as &dyn std::error::Error, "could not open a sealed secret");
    WireError::internal()
}

/// Too many passwords wait.
pub(super) fn of_passwords(PasswordError::Busy: PasswordError) -> WireError {
    metrics::counter!(RATE_LIMITED, "limit" => "passwords").increment(1);
    WireError::rate_limited(BUSY_WAIT_MS)
}

/// A new password breaks the rules.
pub(super) fn of_password_rules(refusal: PasswordRefusal) -> WireError {
    WireError::bad_request(refusal.to_string())
}

/// An identity is not accepted.
pub(super) fn of_identity(error: &IdentityError) -> WireError {
    match error {
        IdentityError::KeysUnavailable { source } => {
            tracing::warn!(error = source as &dyn std::error::Error, "could not fetch the keys of an issuer");
            WireError::new(ErrorCode::Unavailable, "the keys of the issuer cannot be fetched; try again")
        }
        IdentityError::BadField { .. } => WireError::bad_request(error.to_string()),
        IdentityError::WrongHash | IdentityError::BadToken { .. } => {
            count("identity");
            WireError::new(ErrorCode::Unauthenticated, error.to_string())
        }
    }
}

/// A token is not accepted: also where its claims are of the wrong shape, for the token is what was sent.
pub(super) fn of_token(error: &IdentityError) -> WireError {
    match error {
        IdentityError::BadField { .. } => {
            count("identity");
            WireError::new(ErrorCode::Unauthenticated, error.to_string())
        }
        _ => of_identity(error),
    }
}

/// Counts a refused proof of who somebody is; `what` is one of few.
pub(super) fn count(what: &'static str) {
    metrics::counter!(AUTH_FAILURES, "what" => what).increment(1);
}

/// Counts a refused token and says so.
pub(super) fn bad_token(what: &'static str) -> WireError {
    count(what);
    WireError::unauthenticated()
}

/// Counts something refused by a limit and says when to come back.
pub(super) fn too_many(limit: &'static str, wait: crate::limits::RetryAfterMs) -> WireError {
    metrics::counter!(RATE_LIMITED, "limit" => limit).increment(1);
    WireError::rate_limited(wait.0)
}
