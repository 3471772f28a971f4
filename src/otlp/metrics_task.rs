//! Sends the metrics now and then: the same ones that Prometheus is served.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use opentelemetry_proto::transform::common::tonic::ResourceAttributesWithSchema;
use opentelemetry_sdk::Resource;
use prost::Message as _;
use tokio_util::sync::CancellationToken;

use super::collector::{Collector, Signal};
use super::figures::request;
use crate::clock;
use crate::telemetry::metrics::{Handle, OTLP_FAILURES};

/// Sends the metrics until it is told to end, and then once more.
pub(super) struct MetricsTask {
    pub(super) collector: Collector,
    pub(super) metrics: Handle,
    pub(super) resource: Resource,
    pub(super) period: Duration,
    /// Since when the counters count.
    pub(super) started: SystemTime,
}

impl MetricsTask {
    pub(super) async fn run(self, end: CancellationToken) {
        let resource = ResourceAttributesWithSchema::from(&self.resource).attributes.0;
        let mut is_failing = false;
        while !end.is_cancelled() {
            tokio::select! {
                () = end.cancelled() => {}
                () = tokio::time::sleep(self.period) => {}
            }
            let body = request(&self.metrics.render(), &resource, self.started, clock::system_time());
            match self.collector.send(Signal::Metrics, Bytes::from(body.encode_to_vec())).await {
                Ok(_) if std::mem::take(&mut is_failing) => {
                    tracing::info!("the OpenTelemetry collector takes metrics again");
                }
                Ok(_) => {}
                Err(error) => {
                    metrics::counter!(OTLP_FAILURES, "signal" => Signal::Metrics.name()).increment(1);
                    if !std::mem::replace(&mut is_failing, true) {
                        tracing::warn!(
                            error = &error as &dyn std::error::Error,
                            "could not send metrics to the OpenTelemetry collector"
                        );
                    }
                }
            }
        }
    }
}
