//! Traces: what a request, an event, a reply or a call took, as spans for an OpenTelemetry collector.
//!
//! Off unless [`start`] was called; then [`Span`]s are empty and cost one look at a flag. Spans are made here alone, with
//! names and keys that stand in `keys`, so nothing that a library writes down, and no content, reaches a collector.
//! Nothing here sends: ended spans wait in a [`SpanQueue`] that never blocks whoever ends them.

mod context;
pub mod keys;
mod parent;
mod queue;
mod span;
mod start;

pub(super) use context::current_trace_id;
pub use context::{InTrace, TraceContext};
pub use opentelemetry_sdk::trace::SpanData;
pub use parent::parent_of;
pub use queue::SpanQueue;
pub use span::{Kind, Span};
pub use start::start;
