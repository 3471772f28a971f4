//! Ended spans that wait to be sent: bounded, and whoever ends one never waits.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use opentelemetry::Context;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Span, SpanData, SpanProcessor};
use tokio::sync::Notify;

use crate::telemetry::metrics::OTLP_SPANS_DROPPED;

/// Spans of one request to the collector: about 250 KiB, which every collector takes.
const BATCH_MAX: usize = 512;

/// The queue, between whoever ends spans and the one task that sends them. Cheap to clone.
#[derive(Debug, Clone)]
pub struct SpanQueue {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    waiting: Mutex<VecDeque<SpanData>>,
    capacity: usize,
    has_batch: Notify,
}

impl SpanQueue {
    pub(super) fn new(capacity: usize) -> Self {
        let (waiting, has_batch) = (Mutex::default(), Notify::new());
        Self { shared: Arc::new(Shared { waiting, capacity, has_batch }) }
    }

    /// Ends when a whole batch waits. Smaller ones are fetched by whoever sends, now and then.
    pub async fn has_batch(&self) {
        self.shared.has_batch.notified().await;
    }

    /// Takes the oldest spans, one batch at most.
    #[must_use]
    pub fn take(&self) -> Vec<SpanData> {
        let mut waiting = self.shared.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let count = waiting.len().min(BATCH_MAX);
        waiting.drain(..count).collect()
    }

    /// Adds a span; a full queue drops it, which is counted. One wake-up per batch, not per span.
    fn add(&self, span: SpanData) {
        let mut waiting = self.shared.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() >= self.shared.capacity {
            drop(waiting);
            metrics::counter!(OTLP_SPANS_DROPPED, "reason" => "queue_full").increment(1);
            return;
        }
        waiting.push_back(span);
        let count = waiting.len();
        drop(waiting);
        if count.is_multiple_of(BATCH_MAX) || count == self.shared.capacity {
            self.shared.has_batch.notify_one();
        }
    }
}

impl SpanProcessor for SpanQueue {
    fn on_start(&self, _span: &mut Span, _context: &Context) {}

    fn on_end(&self, span: SpanData) {
        self.add(span);
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        Ok(())
    }
}
