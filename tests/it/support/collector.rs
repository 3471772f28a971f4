//! An OpenTelemetry collector: it decodes what a server sends.

use std::collections::BTreeMap;

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use prost::Message as _;

use super::receiver::{Got, Receiver};
use super::{Options, within};

/// A span as it came.
#[derive(Debug, Clone)]
pub struct Span {
    pub name: String,
    pub trace: String,
    pub id: String,
    /// Empty where it is the first of its trace.
    pub parent: String,
    pub kind: i32,
    pub is_failed: bool,
    pub took_ns: u64,
    pub attributes: BTreeMap<String, String>,
}

pub struct Collector {
    pub receiver: Receiver,
}

impl Collector {
    pub async fn start() -> Self {
        Self { receiver: Receiver::start().await }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.receiver.port)
    }

    /// Options of a server that sends to it.
    pub fn options(&self) -> Options {
        Options::unlimited().flag("--otlp-endpoint", &self.url())
    }

    /// Every span that has come.
    pub fn spans(&self) -> Vec<Span> {
        self.receiver.got().iter().filter(|got| !is_metrics(got)).flat_map(spans_of).collect()
    }

    /// Names of the metrics that have come.
    pub fn metrics(&self) -> Vec<String> {
        let decode = |got: &Got| ExportMetricsServiceRequest::decode(got.bytes.clone()).expect("metrics");
        let requests: Vec<_> = self.receiver.got().iter().filter(|got| is_metrics(got)).map(decode).collect();
        let resources = requests.iter().flat_map(|one| &one.resource_metrics);
        let metrics = resources.flat_map(|one| &one.scope_metrics).flat_map(|one| &one.metrics);
        metrics.map(|metric| metric.name.clone()).collect()
    }

    /// Waits until the spans that have come fit, and gives them.
    pub async fn spans_once(&self, what: &str, fit: impl Fn(&[Span]) -> bool) -> Vec<Span> {
        within(what, async {
            loop {
                let count = self.receiver.got().len();
                let spans = self.spans();
                if fit(&spans) {
                    return spans;
                }
                self.receiver.received(count + 1).await;
            }
        })
        .await
    }

    /// Waits for a span of this name.
    pub async fn span(&self, name: &str) -> Span {
        let spans = self.spans_once(name, |spans| spans.iter().any(|span| span.name == name)).await;
        spans.into_iter().find(|span| span.name == name).expect("it came")
    }
}

fn is_metrics(got: &Got) -> bool {
    got.path == "/v1/metrics"
}

fn spans_of(got: &Got) -> Vec<Span> {
    let request = ExportTraceServiceRequest::decode(got.bytes.clone()).expect("traces");
    let resources = request.resource_spans.into_iter();
    let spans = resources.flat_map(|one| one.scope_spans).flat_map(|one| one.spans);
    spans
        .map(|span| Span {
            name: span.name,
            trace: hex(&span.trace_id),
            id: hex(&span.span_id),
            parent: hex(&span.parent_span_id),
            kind: span.kind,
            is_failed: span.status.is_some_and(|status| status.code == StatusCode::Error as i32),
            took_ns: span.end_time_unix_nano - span.start_time_unix_nano,
            attributes: span.attributes.into_iter().map(attribute).collect(),
        })
        .collect()
}

fn attribute(one: KeyValue) -> (String, String) {
    let value = match one.value.and_then(|value| value.value) {
        Some(Value::StringValue(text)) => text,
        Some(Value::IntValue(number)) => number.to_string(),
        other => panic!("{}: {other:?}", one.key),
    };
    (one.key, value)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
