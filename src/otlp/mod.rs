//! Sends traces and metrics to an OpenTelemetry collector, as OTLP over HTTP with protobuf.
//!
//! One task sends spans and one sends metrics, each a request at a time, so a collector that is slow or away costs memory
//! up to the bound of the queue and nothing else. What is not sent is counted. Requests go through the gateway, in the
//! operator's trust: the operator named the collector.

mod collector;
mod exposition;
mod figures;
mod metrics_task;
mod probe;
mod running;
mod spans_task;

pub use collector::CollectorError;
pub use probe::probe;
pub use running::Telemetry;
