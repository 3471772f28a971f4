//! The tasks that send, while the server runs.

use std::time::Duration;

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::collector::{Collector, resource};
use super::metrics_task::MetricsTask;
use super::spans_task::SpansTask;
use crate::clock;
use crate::config::Settings;
use crate::outbound::Gateway;
use crate::telemetry::{metrics, trace};

/// How long a server that stops waits for the collector.
const LAST_TIME: Duration = Duration::from_secs(3);

/// What sends traces and metrics.
#[derive(Debug, Default)]
pub struct Telemetry {
    end: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
}

impl Telemetry {
    /// Switches traces on and starts to send, where the settings name a collector. From here on spans are recorded.
    #[must_use]
    pub fn start(
        settings: &Settings,
        gateway: &Gateway,
        metrics: &metrics::Handle,
        tracker: &TaskTracker,
    ) -> Self {
        let telemetry = Self::default();
        let Some(collector) = Collector::of(settings, gateway.clone()) else { return telemetry };
        let Some(queue) = trace::start(settings.otlp_sample_ratio.0, settings.otlp_queue_max) else {
            return telemetry;
        };
        let resource = resource(settings);
        tracing::info!("sending traces to the OpenTelemetry collector at {}", collector.address());
        let spans = SpansTask::new(collector.clone(), queue, &resource);
        let mut tasks = vec![tracker.spawn(spans.run(telemetry.end.clone()))];
        if settings.otlp_metrics {
            let period = Duration::from_secs(settings.otlp_metrics_interval_s);
            let (metrics, started) = (metrics.clone(), clock::system_time());
            let figures = MetricsTask { collector, metrics, resource, period, started };
            tasks.push(tracker.spawn(figures.run(telemetry.end.clone())));
        }
        Self { tasks, ..telemetry }
    }

    /// Sends what is left, for some seconds at most.
    pub async fn finish(self) {
        self.end.cancel();
        let stops: Vec<_> = self.tasks.iter().map(JoinHandle::abort_handle).collect();
        let all = futures_util::future::join_all(self.tasks);
        if tokio::time::timeout(LAST_TIME, all).await.is_err() {
            tracing::warn!(
                "the OpenTelemetry collector did not take everything within {} s; the rest is lost",
                LAST_TIME.as_secs()
            );
            stops.iter().for_each(tokio::task::AbortHandle::abort);
        }
    }
}
