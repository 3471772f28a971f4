//! The metrics: one table of names, and the recorder behind them. Nothing listens here; a caller serves `render`.
//!
//! Labels take their values from small closed sets. No label ever holds an id, an address or a path as it was asked for.

use super::process;
use metrics::{describe_counter, describe_gauge, describe_histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::sync::OnceLock;
use std::time::Duration;

/// Open connections; labels `transport` (`websocket`, `socketio`) and `audience` (`visitor`, `agent`).
pub const CONNECTIONS: &str = "switchboard_connections";
/// Messages committed to the database.
pub const MESSAGES_COMMITTED: &str = "switchboard_messages_committed_total";
/// Messages in one commit.
pub const COMMIT_BATCH_SIZE: &str = "switchboard_commit_batch_size";
/// Duration of one commit in seconds.
pub const COMMIT_SECONDS: &str = "switchboard_commit_seconds";
/// Frames queued for connections.
pub const FANOUT_FRAMES: &str = "switchboard_fanout_frames_total";
/// Connections closed because they read too slowly.
pub const SLOW_READERS_CLOSED: &str = "switchboard_slow_readers_closed_total";
/// Resumed connections; label `outcome`: `exact`, or `not_exact` where the client got a snapshot.
pub const RESUMES: &str = "switchboard_resumes_total";
/// Requests, events and connections refused by a limit; label `limit`, the name of its setting.
pub const RATE_LIMITED: &str = "switchboard_rate_limited_total";
/// Rejected sign-ins, tokens and identities; label `what`, one of a closed set of the caller's.
pub const AUTH_FAILURES: &str = "switchboard_auth_failures_total";
/// Rooms in memory.
pub const ROOMS_LIVE: &str = "switchboard_rooms_live";
/// HTTP responses; labels `route` (see `route_label`) and `status` (see `status_label`).
pub const HTTP_REQUESTS: &str = "switchboard_http_requests_total";
/// Duration of an HTTP request in seconds; label `route`.
pub const HTTP_SECONDS: &str = "switchboard_http_request_seconds";
/// Questions answered from knowledge alone, without a model; label `outcome` (`sure`, `unsure`, `unknown`).
pub const KNOWLEDGE_QUESTIONS: &str = "switchboard_knowledge_questions_total";
/// Failed knowledge operations; label `what` (`source`, `embed`, `vector_store`).
pub const KNOWLEDGE_FAILURES: &str = "switchboard_knowledge_failures_total";

/// Committed entries left unclassified because the handover queue was full.
pub const NOTED_DROPPED: &str = "switchboard_noted_dropped_total";
/// Notifications of agents that were written, or whose count rose.
pub const NOTIFICATIONS_WRITTEN: &str = "switchboard_notifications_written_total";
/// Messages to browsers of agents; label `outcome` (`sent`, `failed`, `gone`, `dropped`).
pub const PUSHES: &str = "switchboard_pushes_total";
/// Happenings of which no agent was notified because the queue was full.
pub const NOTIFICATIONS_DROPPED: &str = "switchboard_notifications_dropped_total";

/// Calls in progress.
pub const CALLS_LIVE: &str = "switchboard_calls_live";
/// Errors reported by realtime voice providers.
pub const VOICE_COMPLAINTS: &str = "switchboard_voice_complaints_total";
/// Seconds from the last sound of a visitor's turn until a stage of the basic voice was over; label `stage` (`turn_over`,
/// `recognised`, `answered`, `spoken`).
pub const LOCAL_VOICE_SECONDS: &str = "switchboard_local_voice_seconds";
/// Legs of calls closed because they read too slowly.
pub const VOICE_SLOW_LEGS: &str = "switchboard_voice_slow_legs_closed_total";

/// Spans that the OpenTelemetry collector took.
pub const OTLP_SPANS_SENT: &str = "switchboard_otlp_spans_sent_total";
/// Spans that no collector got; label `reason` (`queue_full`, `unreachable`, `refused`).
pub const OTLP_SPANS_DROPPED: &str = "switchboard_otlp_spans_dropped_total";
/// Requests to the OpenTelemetry collector that failed for good; label `signal` (`traces`, `metrics`).
pub const OTLP_FAILURES: &str = "switchboard_otlp_failures_total";

/// Interval between drains of the recorder's buffers.
const UPKEEP_PERIOD: Duration = Duration::from_secs(5);

const SECONDS: &[f64] =
    &[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
const COUNTS: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0];

pub(super) enum Kind {
    Counter,
    Gauge,
    Histogram(&'static [f64]),
}

pub(super) struct Metric {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) labels: &'static [&'static str],
    pub(super) help: &'static str,
}

const fn metric(
    name: &'static str,
    kind: Kind,
    labels: &'static [&'static str],
    help: &'static str,
) -> Metric {
    Metric { name, kind, labels, help }
}

/// Every metric of the server, apart from those of the process.
pub(super) const TABLE: [Metric; 25] = [
    metric(CALLS_LIVE, Kind::Gauge, &[], "Calls in progress"),
    metric(VOICE_COMPLAINTS, Kind::Counter, &[], "Errors reported by realtime voice providers"),
    metric(
        LOCAL_VOICE_SECONDS,
        Kind::Histogram(SECONDS),
        &["stage"],
        "Time from the last sound of a visitor's turn until a stage of the basic voice was over, by stage",
    ),
    metric(VOICE_SLOW_LEGS, Kind::Counter, &[], "Legs of calls closed because they read too slowly"),
    metric(NOTED_DROPPED, Kind::Counter, &[], "Entries dropped because the queue of the assistant was full"),
    metric(NOTIFICATIONS_WRITTEN, Kind::Counter, &[], "Notifications of agents written"),
    metric(PUSHES, Kind::Counter, &["outcome"], "Messages to browsers of agents, by outcome"),
    metric(
        NOTIFICATIONS_DROPPED,
        Kind::Counter,
        &[],
        "Happenings dropped because the queue of notifications was full",
    ),
    metric(
        CONNECTIONS,
        Kind::Gauge,
        &["transport", "audience"],
        "Open connections, by transport and audience",
    ),
    metric(MESSAGES_COMMITTED, Kind::Counter, &[], "Messages committed to the database"),
    metric(COMMIT_BATCH_SIZE, Kind::Histogram(COUNTS), &[], "Messages in one commit"),
    metric(COMMIT_SECONDS, Kind::Histogram(SECONDS), &[], "Duration of one commit"),
    metric(FANOUT_FRAMES, Kind::Counter, &[], "Frames queued for connections"),
    metric(SLOW_READERS_CLOSED, Kind::Counter, &[], "Connections closed because they read too slowly"),
    metric(RESUMES, Kind::Counter, &["outcome"], "Resumed connections, by outcome"),
    metric(
        RATE_LIMITED,
        Kind::Counter,
        &["limit"],
        "Requests, events and connections refused by a limit, by limit",
    ),
    metric(AUTH_FAILURES, Kind::Counter, &["what"], "Rejected sign-ins, tokens and identities, by kind"),
    metric(ROOMS_LIVE, Kind::Gauge, &[], "Rooms in memory"),
    metric(HTTP_REQUESTS, Kind::Counter, &["route", "status"], "HTTP responses, by route and status"),
    metric(HTTP_SECONDS, Kind::Histogram(SECONDS), &["route"], "Duration of HTTP requests, by route"),
    metric(
        KNOWLEDGE_QUESTIONS,
        Kind::Counter,
        &["outcome"],
        "Questions answered from knowledge without a model, by outcome",
    ),
    metric(KNOWLEDGE_FAILURES, Kind::Counter, &["what"], "Failed knowledge operations, by what failed"),
    metric(OTLP_SPANS_SENT, Kind::Counter, &[], "Spans that the OpenTelemetry collector took"),
    metric(
        OTLP_SPANS_DROPPED,
        Kind::Counter,
        &["reason"],
        "Spans that no OpenTelemetry collector got, by reason",
    ),
    metric(
        OTLP_FAILURES,
        Kind::Counter,
        &["signal"],
        "Requests to the OpenTelemetry collector that failed, by signal",
    ),
];

static HANDLE: OnceLock<Handle> = OnceLock::new();

/// Renders the metrics.
#[derive(Debug, Clone)]
pub struct Handle {
    prometheus: PrometheusHandle,
}

impl Handle {
    /// All metrics in Prometheus' text format, those of the process included.
    pub fn render(&self) -> String {
        let mut text = self.prometheus.render();
        text.push_str(&process::render());
        text
    }

    /// Drains the recorder's buffers; call it every few seconds.
    pub fn run_upkeep(&self) {
        self.prometheus.run_upkeep();
    }

    /// Drains the recorder's buffers periodically, so that they stay small on a server whose metrics nobody reads.
    pub async fn keep_up(self) {
        loop {
            tokio::time::sleep(UPKEEP_PERIOD).await;
            self.run_upkeep();
        }
    }
}

/// Starts recording. Further calls give the same handle; values recorded before the first are lost.
pub fn install() -> Handle {
    HANDLE.get_or_init(start).clone()
}

fn start() -> Handle {
    let mut builder = PrometheusBuilder::new();
    for Metric { name, kind, .. } in &TABLE {
        if let Kind::Histogram(bounds) = kind {
            let matcher = Matcher::Full((*name).to_owned());
            builder =
                builder.set_buckets_for_metric(matcher, bounds).expect("the table's buckets are not empty");
        }
    }
    let prometheus = builder.install_recorder().expect("nothing else installs a recorder");
    describe();
    Handle { prometheus }
}

fn describe() {
    for Metric { name, kind, help, .. } in &TABLE {
        match kind {
            Kind::Counter => describe_counter!(*name, *help),
            Kind::Gauge => describe_gauge!(*name, *help),
            Kind::Histogram(_) => describe_histogram!(*name, *help),
        }
    }
}

/// The label of a route: the pattern the router matched, never the path that was asked for.
pub fn route_label(matched_pattern: Option<&str>) -> String {
    matched_pattern.unwrap_or("none").to_owned()
}

/// Statuses with a label of their own; others are labelled by class.
const STATUSES: [(u16, &str); 14] = [
    (101, "101"),
    (200, "200"),
    (201, "201"),
    (204, "204"),
    (304, "304"),
    (400, "400"),
    (401, "401"),
    (403, "403"),
    (404, "404"),
    (409, "409"),
    (413, "413"),
    (429, "429"),
    (500, "500"),
    (503, "503"),
];

/// The label of a status: one of few, whatever a handler answers.
pub fn status_label(status: u16) -> &'static str {
    match STATUSES.iter().find(|(known, _)| *known == status) {
        Some((_, label)) => label,
        None => {
            ["other", "1xx", "2xx", "3xx", "4xx", "5xx"].get(usize::from(status / 100)).unwrap_or(&"other")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn recorded_metrics_are_rendered_with_help_and_buckets() {
        let handle = install();
        metrics::counter!(RESUMES, "outcome" => "exact").increment(2);
        metrics::gauge!(ROOMS_LIVE).set(3.0);
        metrics::histogram!(COMMIT_BATCH_SIZE).record(5.0);
        handle.run_upkeep();

        let text = install().render();

        assert!(text.contains("# HELP switchboard_resumes_total Resumed connections, by outcome"), "{text}");
        assert!(text.contains("switchboard_resumes_total{outcome=\"exact\"} 2"), "{text}");
        assert!(text.contains("# TYPE switchboard_rooms_live gauge"), "{text}");
        assert!(text.contains("switchboard_commit_batch_size_bucket{le=\"8\"} 1"), "{text}");
        assert!(text.contains("process_resident_memory_bytes"), "{text}");
    }

    #[test]
    fn names_are_unique_and_tell_their_kind() {
        let names: HashSet<_> = TABLE.iter().map(|metric| metric.name).collect();

        assert_eq!(names.len(), TABLE.len());
        for Metric { name, kind, .. } in &TABLE {
            assert!(name.starts_with("switchboard_"), "{name}");
            assert_eq!(name.ends_with("_total"), matches!(kind, Kind::Counter), "{name}");
        }
    }

    #[test]
    fn any_status_has_one_of_few_labels() {
        let labels: HashSet<_> = (0..=u16::MAX).map(status_label).collect();

        assert!(labels.len() <= STATUSES.len() + 6);
        assert_eq!(status_label(418), "4xx");
        assert_eq!(route_label(None), "none");
    }
}
