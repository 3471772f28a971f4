//! Asks the collector whether it takes something, for `switchboard doctor`.

use bytes::Bytes;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message as _;

use super::collector::{Collector, CollectorError, Signal};
use std::time::Duration;

use crate::config::Settings;
use crate::outbound::Gateway;

/// How long a collector is waited for, however patient the settings are: somebody looks on.
const PROBE_MAX: Duration = Duration::from_secs(10);

/// Sends the collector a request without spans; its address, or why it does not take it. `None` where the settings name
/// no collector.
pub async fn probe(settings: &Settings) -> Option<Result<String, CollectorError>> {
    let collector = Collector::of(settings, Gateway::new(settings))?.patient_for(PROBE_MAX);
    let nothing = ExportTraceServiceRequest::default().encode_to_vec();
    let answer = collector.send_once(Signal::Traces, Bytes::from(nothing)).await;
    Some(answer.map(|_| collector.address()).map_err(|(error, _)| error))
}
