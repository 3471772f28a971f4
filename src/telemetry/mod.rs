//! Logs and metrics. The log masks secrets and addresses whatever the field; metrics are listed in one table.

mod init;
pub mod metrics;
mod process;
mod redact;

pub use init::{TelemetryError, init, log_panics};
pub use process::resident_bytes;
pub use redact::redact;
