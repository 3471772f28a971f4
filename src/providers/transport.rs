//! Sends JSON to a provider through the gateway and reads the response, whole or streamed.

use super::endpoint::{Endpoint, ProviderKind};
use super::error::ProviderError;
use super::failure::Failure;
use super::scrub::Scrubber;
use crate::clock;
use crate::outbound::{Gateway, HeaderMap, HeaderName, HeaderValue, OutboundError, header};
use bytes::{Bytes, BytesMut};
use reqwest::Response;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::error::Error;
use std::io;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};
use url::Url;

/// Maximum size of an unstreamed response: a batch of embeddings.
const ANSWER_MAX_BYTES: usize = 32 * 1024 * 1024;
/// Maximum bytes read of an error response.
const ERROR_MAX_BYTES: usize = 64 * 1024;
/// Maximum duration of a response, even from a server that sends keepalives for ever.
const CALL_TIME_MAX: Duration = Duration::from_secs(600);
const ANTHROPIC_VERSION: &str = "2023-06-01";
/// Where providers put their id of a request: OpenAI and compatible servers, Anthropic, Azure.
const REQUEST_ID_HEADERS: [&str; 3] = ["x-request-id", "request-id", "apim-request-id"];
const NOT_JSON: ProviderError = ProviderError::Malformed { reason: "it is not the JSON that was asked for" };

/// A way to one operation of a provider.
#[derive(Debug, Clone)]
pub(super) struct Call {
    client: reqwest::Client,
    url: Url,
    headers: HeaderMap,
    silence_timeout: Duration,
    pub(super) scrubber: Scrubber,
}

impl Call {
    /// Checks the way. Nothing is sent yet.
    pub(super) fn new(
        endpoint: &Endpoint,
        gateway: &Gateway,
        model: &str,
        operation: &[&str],
    ) -> Result<Self, ProviderError> {
        let url = endpoint.operation_url(model, operation)?;
        gateway.check_url(&url, endpoint.trust).map_err(|error| blocked(&error))?;
        Ok(Self {
            client: gateway.client(endpoint.trust),
            url,
            headers: headers(endpoint)?,
            silence_timeout: endpoint.silence_timeout,
            scrubber: Scrubber::new(endpoint.key.as_ref()),
        })
    }

    /// Sends, and waits for an answer that is a success.
    pub(super) async fn post(&self, body: &impl Serialize) -> Result<Answer, ProviderError> {
        let deadline = clock::instant() + CALL_TIME_MAX;
        let request = self.client.post(self.url.clone()).headers(self.headers.clone()).json(body);
        let sent = timeout_at(self.next_deadline(deadline), request.send()).await;
        let response = sent.map_err(|_| ProviderError::Silent)?.map_err(|error| unreachable(&error))?;
        let (status, headers) = (response.status(), response.headers().clone());
        let mut answer = Answer { response, deadline, silence_timeout: self.silence_timeout };
        if status.is_success() {
            return Ok(answer);
        }
        let body = answer.read_error().await;
        let failure = Failure { status: status.as_u16(), headers: Some(&headers), body: &body };
        Err(failure.classify(&self.scrubber))
    }

    /// Sends, and reads an answer that comes whole.
    pub(super) async fn post_for_json<T: DeserializeOwned>(
        &self,
        body: &impl Serialize,
    ) -> Result<T, ProviderError> {
        let body = self.post(body).await?.read_whole().await?;
        serde_json::from_slice(&body).map_err(|_| NOT_JSON)
    }

    fn next_deadline(&self, deadline: Instant) -> Instant {
        deadline.min(clock::instant() + self.silence_timeout)
    }
}

/// An answer whose body has yet to be read. Dropping it closes the request.
#[derive(Debug)]
pub(super) struct Answer {
    response: Response,
    deadline: Instant,
    silence_timeout: Duration,
}

impl Answer {
    /// The next bytes, or none at the end of the body. Silence longer than `patience` is an error.
    pub(super) async fn next_within(&mut self, patience: Duration) -> Result<Option<Bytes>, ProviderError> {
        let deadline = self.deadline.min(clock::instant() + patience);
        let chunk = timeout_at(deadline, self.response.chunk()).await.map_err(|_| ProviderError::Silent)?;
        chunk.map_err(|_| ProviderError::Cut)
    }

    /// The next bytes, or none at the end of the body.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, ProviderError> {
        self.next_within(self.silence_timeout).await
    }

    /// The body, whole.
    pub(super) async fn read_whole(&mut self) -> Result<Bytes, ProviderError> {
        let mut body = BytesMut::new();
        while let Some(chunk) = self.next().await? {
            if body.len() + chunk.len() > ANSWER_MAX_BYTES {
                return Err(ProviderError::Malformed { reason: "it is too large" });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body.freeze())
    }

    /// Tells whether the body is JSON instead of a stream of events.
    pub(super) fn is_json(&self) -> bool {
        let kind = self.response.headers().get(header::CONTENT_TYPE);
        kind.and_then(|kind| kind.to_str().ok()).is_some_and(|kind| kind.starts_with("application/json"))
    }

    /// The provider's id of the request.
    pub(super) fn request_id(&self, scrubber: &Scrubber) -> Option<String> {
        let headers = self.response.headers();
        let id = REQUEST_ID_HEADERS.iter().find_map(|name| headers.get(*name))?;
        scrubber.name(id.to_str().ok()?)
    }

    /// As much of an error's body as comes and is worth reading: the status alone says enough.
    async fn read_error(&mut self) -> BytesMut {
        let mut body = BytesMut::new();
        while let Ok(Some(chunk)) = self.next().await {
            body.extend_from_slice(&chunk);
            if body.len() >= ERROR_MAX_BYTES {
                body.truncate(ERROR_MAX_BYTES);
                break;
            }
        }
        body
    }
}

fn headers(endpoint: &Endpoint) -> Result<HeaderMap, ProviderError> {
    let mut headers = HeaderMap::new();
    if endpoint.kind == ProviderKind::Anthropic {
        let name = HeaderName::from_static("anthropic-version");
        headers.insert(name, HeaderValue::from_static(ANTHROPIC_VERSION));
    }
    if let Some(key) = &endpoint.key {
        let (name, value) = key_header(endpoint.kind, key);
        // A key that is no valid header value cannot be a provider's key.
        let mut value = HeaderValue::try_from(value).map_err(|_| ProviderError::Unauthenticated)?;
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    Ok(headers)
}

fn key_header(kind: ProviderKind, key: &SecretString) -> (HeaderName, String) {
    let key = key.expose_secret().trim();
    match kind {
        ProviderKind::OpenAi | ProviderKind::Compatible => (header::AUTHORIZATION, format!("Bearer {key}")),
        ProviderKind::Azure => (HeaderName::from_static("api-key"), key.to_owned()),
        ProviderKind::Anthropic => (HeaderName::from_static("x-api-key"), key.to_owned()),
    }
}

fn blocked(error: &OutboundError) -> ProviderError {
    ProviderError::Blocked { reason: error.to_string() }
}

/// The client's own words hold the URL; only the system's are kept.
fn unreachable(error: &reqwest::Error) -> ProviderError {
    if let Some(refused) = causes(error).find_map(|cause| cause.downcast_ref::<OutboundError>()) {
        return match refused {
            OutboundError::AddressRefused { .. } | OutboundError::BadUrl { .. } => blocked(refused),
            refused => ProviderError::Unreachable { reason: refused.to_string() },
        };
    }
    if error.is_timeout() {
        return ProviderError::Unreachable { reason: "it took too long to connect".to_owned() };
    }
    let system = causes(error).filter_map(|cause| cause.downcast_ref::<io::Error>()).last();
    let reason = system.map_or_else(|| "the connection broke".to_owned(), ToString::to_string);
    ProviderError::Unreachable { reason }
}

type Cause<'a> = &'a (dyn Error + 'static);

fn causes(error: Cause<'_>) -> impl Iterator<Item = Cause<'_>> {
    std::iter::successors(error.source(), |cause| (**cause).source())
}
