//! Maps failures of storage and crypto to the codes that clients receive.

use crate::auth::{IdentityError, PasswordError, PasswordRefusal};
use crate::limits;
use crate::refusal::ServiceError;
use crate::telemetry::metrics::AUTH_FAILURES;
use crate::wire::{ErrorCode, WireError};

/// How long whoever finds the queue of passwords full should wait.
const BUSY_WAIT_MS: u64 = 2_000;

/// Too many passwords wait.
pub(super) fn of_passwords(PasswordError::Busy: PasswordError) -> ServiceError {
    limits::refuse("passwords", BUSY_WAIT_MS)
}

/// A new password breaks the rules.
pub(super) fn of_password_rules(refusal: PasswordRefusal) -> ServiceError {
    let error = WireError::new(ErrorCode::BadRequest, refusal.to_string());
    let reason = (refusal == PasswordRefusal::Guessable).then_some("password_guessable");
    WireError { reason, ..error }.into()
}

/// An identity is not accepted.
pub(super) fn of_identity(error: &IdentityError) -> ServiceError {
    match error {
        IdentityError::KeysUnavailable { source } => {
            tracing::warn!(error = source as &dyn std::error::Error, "could not fetch the keys of an issuer");
            ServiceError::new(ErrorCode::Unavailable, "the keys of the issuer cannot be fetched; try again")
        }
        IdentityError::BadField { .. } => ServiceError::bad_request(error.to_string()),
        IdentityError::WrongHash | IdentityError::BadToken { .. } => {
            count("identity");
            ServiceError::new(ErrorCode::Unauthenticated, error.to_string())
        }
    }
}

/// A token is not accepted: also where its claims are of the wrong shape, for the token is what was sent.
pub(super) fn of_token(error: &IdentityError) -> ServiceError {
    match error {
        IdentityError::BadField { .. } => {
            count("identity");
            ServiceError::new(ErrorCode::Unauthenticated, error.to_string())
        }
        _ => of_identity(error),
    }
}

/// Counts a refused proof of who somebody is; `what` is one of few.
pub(super) fn count(what: &'static str) {
    metrics::counter!(AUTH_FAILURES, "what" => what).increment(1);
}

/// Counts a refused token and says so.
pub(super) fn bad_token(what: &'static str) -> ServiceError {
    count(what);
    ServiceError::unauthenticated()
}
