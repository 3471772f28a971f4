//! The refusal of whatever a limit is reached for: measured, and with the time to wait.

use crate::refusal::ServiceError;
use crate::telemetry::metrics::RATE_LIMITED;

/// Measures a refusal by the limit of this name, and gives it; for limits that are no counts, such as full queues, too.
#[must_use]
pub fn refuse(limit: &'static str, retry_after_ms: u64) -> ServiceError {
    metrics::counter!(RATE_LIMITED, "limit" => limit).increment(1);
    ServiceError::rate_limited(retry_after_ms)
}
