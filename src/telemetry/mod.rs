//! Logs, metrics and traces. The log masks secrets and addresses whatever the field; metrics are listed in one table,
//! and the keys that spans may have in another.

mod init;
mod metric_guide;
pub mod metrics;
mod process;
mod redact;
pub mod trace;
mod with_trace;

pub use init::{TelemetryError, init, log_panics};
pub use metric_guide::metric_list;
pub use process::resident_bytes;
pub use redact::redact;
