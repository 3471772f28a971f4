//! Sends ended spans, a batch at a time.

use std::time::Duration;

use bytes::Bytes;
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::transform::common::tonic::ResourceAttributesWithSchema;
use opentelemetry_proto::transform::trace::tonic::group_spans_by_resource_and_scope;
use opentelemetry_sdk::Resource;
use prost::Message as _;
use tokio_util::sync::CancellationToken;

use super::collector::{Collector, CollectorError, Signal};
use crate::telemetry::metrics::{OTLP_FAILURES, OTLP_SPANS_DROPPED, OTLP_SPANS_SENT};
use crate::telemetry::trace::{SpanData, SpanQueue};

/// How long a span waits at most for others to go with.
const PERIOD: Duration = Duration::from_secs(1);

/// Sends spans until it is told to end, and then what is left.
pub(super) struct SpansTask {
    collector: Collector,
    queue: SpanQueue,
    resource: ResourceAttributesWithSchema,
    is_failing: bool,
}

impl SpansTask {
    pub(super) fn new(collector: Collector, queue: SpanQueue, resource: &Resource) -> Self {
        Self { collector, queue, resource: resource.into(), is_failing: false }
    }

    pub(super) async fn run(mut self, end: CancellationToken) {
        while !end.is_cancelled() {
            tokio::select! {
                () = end.cancelled() => {}
                () = self.queue.has_batch() => {}
                () = tokio::time::sleep(PERIOD) => {}
            }
            self.send_waiting().await;
        }
    }

    async fn send_waiting(&mut self) {
        loop {
            let batch = self.queue.take();
            if batch.is_empty() {
                return;
            }
            self.send(batch).await;
        }
    }

    async fn send(&mut self, batch: Vec<SpanData>) {
        let count = batch.len() as u64;
        let resource_spans = group_spans_by_resource_and_scope(batch, &self.resource);
        let body = ExportTraceServiceRequest { resource_spans }.encode_to_vec();
        match self.collector.send(Signal::Traces, Bytes::from(body)).await {
            Ok(answer) => {
                let refused = refused_in(&answer).min(count);
                metrics::counter!(OTLP_SPANS_SENT).increment(count - refused);
                if refused > 0 {
                    drop_spans("refused", refused);
                }
                if std::mem::take(&mut self.is_failing) {
                    tracing::info!("the OpenTelemetry collector takes spans again");
                }
            }
            Err(error) => self.give_up(&error, count),
        }
    }

    /// One line where it begins to fail: a collector that is away would fill the log otherwise.
    fn give_up(&mut self, error: &CollectorError, count: u64) {
        drop_spans(error.reason(), count);
        metrics::counter!(OTLP_FAILURES, "signal" => Signal::Traces.name()).increment(1);
        if !std::mem::replace(&mut self.is_failing, true) {
            tracing::warn!(
                error = error as &dyn std::error::Error,
                "could not send spans to the OpenTelemetry collector; they are dropped until it takes them again"
            );
        }
    }
}

fn drop_spans(reason: &'static str, count: u64) {
    metrics::counter!(OTLP_SPANS_DROPPED, "reason" => reason).increment(count);
}

/// How many spans of a request were refused though the rest was taken. An answer that cannot be decoded says nothing.
fn refused_in(answer: &Bytes) -> u64 {
    let partial = ExportTraceServiceResponse::decode(answer.clone()).ok().and_then(|one| one.partial_success);
    partial.and_then(|partial| u64::try_from(partial.rejected_spans).ok()).unwrap_or_default()
}
