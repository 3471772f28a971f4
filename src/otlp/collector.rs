//! The collector: where it is, and one request to it with its retries.

use std::time::Duration;

use bytes::Bytes;
use opentelemetry::KeyValue;
use opentelemetry_sdk::Resource;
use secrecy::ExposeSecret as _;
use url::Url;

use crate::config::Settings;
use crate::ids;
use crate::outbound::{
    Gateway, HeaderMap, HeaderName, HeaderValue, Method, OutboundError, OutboundRequest, Trust, header,
    retry_after,
};

/// Tries of one request. The queue fills meanwhile, so more of them would lose more spans than they save.
const TRIES_MAX: u32 = 3;
/// The wait before the second try; it doubles.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// The longest wait that a collector may ask for.
const WAIT_MAX: Duration = Duration::from_secs(30);
/// A collector answers with a few bytes.
const ANSWER_MAX_BYTES: usize = 65_536;

/// What is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signal {
    Traces,
    Metrics,
}

impl Signal {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Traces => "traces",
            Self::Metrics => "metrics",
        }
    }
}

/// Why the collector did not take something. What it says of it is not kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CollectorError {
    /// No answer came.
    #[error(transparent)]
    NotReached(OutboundError),
    /// It may take the same thing later.
    #[error("the collector responded with status {status}")]
    Busy {
        /// The status.
        status: u16,
    },
    /// It will not take it.
    #[error("the collector refused it with status {status}")]
    Refused {
        /// The status.
        status: u16,
    },
}

impl CollectorError {
    /// For the counter of what was dropped.
    pub(super) fn reason(&self) -> &'static str {
        match self {
            Self::Refused { .. } => "refused",
            Self::NotReached(_) | Self::Busy { .. } => "unreachable",
        }
    }

    fn may_pass(&self) -> bool {
        match self {
            Self::NotReached(error) => error.may_pass(),
            Self::Busy { .. } => true,
            Self::Refused { .. } => false,
        }
    }
}

/// The collector. Cheap enough to clone.
#[derive(Debug, Clone)]
pub(super) struct Collector {
    gateway: Gateway,
    traces: Url,
    metrics: Url,
    headers: HeaderMap,
    timeout: Duration,
}

impl Collector {
    /// The collector that the settings name; `None` where they name none.
    pub(super) fn of(settings: &Settings, gateway: Gateway) -> Option<Self> {
        let base = settings.otlp_endpoint.as_ref()?;
        Some(Self {
            gateway,
            traces: below(base, "v1/traces"),
            metrics: below(base, "v1/metrics"),
            headers: headers(settings),
            timeout: Duration::from_secs(settings.otlp_timeout_s),
        })
    }

    /// The same, with this timeout at most.
    pub(super) fn patient_for(self, most: Duration) -> Self {
        Self { timeout: self.timeout.min(most), ..self }
    }

    /// The host and port, for people.
    pub(super) fn address(&self) -> String {
        let host = self.traces.host_str().unwrap_or_default();
        self.traces.port_or_known_default().map_or(host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// Sends once, and again where that may help; the body of the answer.
    pub(super) async fn send(&self, signal: Signal, body: Bytes) -> Result<Bytes, CollectorError> {
        let mut wait = FIRST_WAIT;
        for _ in 1..TRIES_MAX {
            match self.send_once(signal, body.clone()).await {
                Ok(answer) => return Ok(answer),
                Err((error, _)) if !error.may_pass() => return Err(error),
                Err((_, asked)) => tokio::time::sleep(asked.unwrap_or(wait).min(WAIT_MAX)).await,
            }
            wait *= 2;
        }
        self.send_once(signal, body).await.map_err(|(error, _)| error)
    }

    /// Sends once; with the error, how long the collector wants to be left alone.
    pub(super) async fn send_once(
        &self,
        signal: Signal,
        body: Bytes,
    ) -> Result<Bytes, (CollectorError, Option<Duration>)> {
        let url = match signal {
            Signal::Traces => &self.traces,
            Signal::Metrics => &self.metrics,
        };
        let request = OutboundRequest {
            headers: self.headers.clone(),
            body,
            timeout: Some(self.timeout),
            max_bytes: Some(ANSWER_MAX_BYTES),
            ..OutboundRequest::new(Method::POST, url.clone(), Trust::Platform)
        };
        let answer =
            self.gateway.request(request).await.map_err(|error| (CollectorError::NotReached(error), None))?;
        match answer.status.as_u16() {
            200..=299 => Ok(answer.body),
            // Those that the protocol names; any other status stays what it is however often one asks.
            status @ (429 | 502 | 503 | 504) => {
                Err((CollectorError::Busy { status }, retry_after(&answer.headers)))
            }
            status => Err((CollectorError::Refused { status }, None)),
        }
    }
}

/// What describes this process to the collector.
pub(super) fn resource(settings: &Settings) -> Resource {
    Resource::builder_empty()
        .with_attributes([
            KeyValue::new("service.name", settings.otlp_service_name.clone()),
            KeyValue::new("service.version", env!("CARGO_PKG_VERSION")),
            KeyValue::new("service.instance.id", ids::new_id()),
        ])
        .build()
}

fn below(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}/{path}", base.path().trim_end_matches('/')));
    url
}

fn headers(settings: &Settings) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in settings.otlp_headers.iter() {
        let name = HeaderName::try_from(name).expect("the setting takes names of headers only");
        let mut value =
            HeaderValue::from_str(value.expose_secret()).expect("the setting takes values of headers only");
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-protobuf"));
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_paths_of_the_signals_are_below_the_path_of_the_collector() {
        let at = |base: &str| below(&base.parse().unwrap(), "v1/traces").to_string();

        assert_eq!(at("http://c:4318"), "http://c:4318/v1/traces");
        assert_eq!(at("https://c/otlp/"), "https://c/otlp/v1/traces");
    }
}
