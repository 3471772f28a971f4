//! Switches traces on, once per process.

use std::sync::OnceLock;

use opentelemetry::trace::{SpanId, TraceId, TracerProvider as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{IdGenerator, Sampler, SdkTracer, SdkTracerProvider};

use super::queue::SpanQueue;
use crate::ids;

static TRACER: OnceLock<SdkTracer> = OnceLock::new();

/// Makes ids where all ids are made.
#[derive(Debug)]
struct Ids;

impl IdGenerator for Ids {
    fn new_trace_id(&self) -> TraceId {
        TraceId::from_bytes(ids::random_bytes())
    }

    fn new_span_id(&self) -> SpanId {
        SpanId::from_bytes(ids::random_bytes())
    }
}

/// Switches traces on: this share of traces (0 to 1) is recorded whole, and at most `queue_max` ended spans wait to be
/// sent. `None` where they are on already.
pub fn start(sample_ratio: f64, queue_max: usize) -> Option<SpanQueue> {
    let queue = SpanQueue::new(queue_max);
    let tracer = tracer(sample_ratio, queue.clone());
    TRACER.set(tracer).ok().map(|()| queue)
}

pub(super) fn tracer(sample_ratio: f64, queue: SpanQueue) -> SdkTracer {
    let provider = SdkTracerProvider::builder()
        .with_sampler(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(sample_ratio))))
        .with_id_generator(Ids)
        // Whoever sends adds what describes this server.
        .with_resource(Resource::builder_empty().build())
        .with_span_processor(queue)
        .build();
    provider.tracer("switchboard")
}

/// Whether traces are on.
pub(super) fn is_on() -> bool {
    TRACER.get().is_some()
}

pub(super) fn the_tracer() -> Option<&'static SdkTracer> {
    TRACER.get()
}
