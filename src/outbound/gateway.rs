//! The gateway: outgoing HTTP with checked targets and limits on time and size.

use super::address::{AddressPolicy, Trust};
use super::error::OutboundError;
use super::request::{OutboundRequest, OutboundResponse, allowed_headers};
use super::resolver::{CheckedResolver, Lookup, SystemLookup};
use super::target::{Protocol, Target};
use super::tls;
use crate::config::Settings;
use bytes::{Bytes, BytesMut};
use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// A target that takes longer to accept a connection is down.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Idle connections kept per target and trust: a reply should find an open one, for a new one costs a model's
/// first word a TLS handshake.
const IDLE_CONNECTIONS_MAX: usize = 64;
const IDLE_TIMEOUT: Duration = Duration::from_secs(60);
const USER_AGENT: &str = concat!("switchboard/", env!("CARGO_PKG_VERSION"));

/// Connects to the outside. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Gateway {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    lookup: Arc<dyn Lookup>,
    policy: AddressPolicy,
    timeout: Duration,
    max_bytes: usize,
    /// One client per trust: a connection kept open for the platform must not serve an org.
    platform: reqwest::Client,
    org: reqwest::Client,
}

impl Gateway {
    /// Makes the gateway, with the operating system's names.
    pub fn new(settings: &Settings) -> Self {
        Self::with_lookup(settings, Arc::new(SystemLookup))
    }

    /// Makes the gateway, with the names of `lookup`.
    pub fn with_lookup(settings: &Settings, lookup: Arc<dyn Lookup>) -> Self {
        tls::install_crypto_provider();
        let policy = AddressPolicy::new(&settings.allow_private_ranges);
        let resolver = |trust| CheckedResolver::new(Arc::clone(&lookup), policy.clone(), trust);
        let timeout = Duration::from_secs(settings.outbound_timeout_s);
        let (platform, org) = (client(resolver(Trust::Platform)), client(resolver(Trust::Org)));
        let max_bytes = settings.outbound_max_bytes;
        Self { shared: Arc::new(Shared { lookup, policy, timeout, max_bytes, platform, org }) }
    }

    /// Sends a request and reads the answer whole, whatever its status.
    pub async fn request(&self, request: OutboundRequest) -> Result<OutboundResponse, OutboundError> {
        let target = self.check(&request.url, Protocol::Http, request.trust)?;
        let max_bytes = request.max_bytes.unwrap_or(self.shared.max_bytes);
        let failed = |error: reqwest::Error| OutboundError::from_http(&target.host, &error);
        let mut answer = self
            .client_of(request.trust)
            .request(request.method, request.url)
            .timeout(request.timeout.unwrap_or(self.shared.timeout))
            .headers(allowed_headers(request.headers))
            .body(request.body)
            .send()
            .await
            .map_err(failed)?;
        let too_large = || OutboundError::TooLarge { host: target.host.clone(), max_bytes };
        let announced = answer.content_length().unwrap_or_default();
        if usize::try_from(announced).map_or(true, |announced| announced > max_bytes) {
            return Err(too_large());
        }
        let mut body = BytesMut::new();
        while let Some(chunk) = answer.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > max_bytes {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        let headers = std::mem::take(answer.headers_mut());
        Ok(OutboundResponse { status: answer.status(), headers, body: Bytes::from(body) })
    }

    /// Sends a request and reads JSON from a successful answer; the headers say how long it stays true.
    pub async fn get_json<T: DeserializeOwned>(
        &self,
        request: OutboundRequest,
    ) -> Result<(T, HeaderMap), OutboundError> {
        let host = request.url.host_str().unwrap_or_default().to_owned();
        let answer = self.request(request).await?;
        if !answer.status.is_success() {
            return Err(OutboundError::BadStatus { host, status: answer.status.as_u16() });
        }
        let bad_answer = |_| OutboundError::BadAnswer { host, expected: "the JSON that was asked for" };
        let value = serde_json::from_slice(&answer.body).map_err(bad_answer)?;
        Ok((value, answer.headers))
    }

    /// The resolver of a trust, for clients that connect by themselves. They must `check_url` first: an address in a URL is never resolved.
    pub fn resolver(&self, trust: Trust) -> CheckedResolver {
        CheckedResolver::new(Arc::clone(&self.shared.lookup), self.shared.policy.clone(), trust)
    }

    /// A client for libraries that bring their own requests. It has no limit in time or size, and its base URL must pass `check_url`.
    pub fn client(&self, trust: Trust) -> reqwest::Client {
        self.client_of(trust).clone()
    }

    /// Says whether an http or https URL can be a target, as far as that shows without resolving its name.
    pub fn check_url(&self, url: &Url, trust: Trust) -> Result<(), OutboundError> {
        self.check(url, Protocol::Http, trust).map(drop)
    }

    pub(super) fn check(&self, url: &Url, protocol: Protocol, trust: Trust) -> Result<Target, OutboundError> {
        Target::check(url, protocol, trust, &self.shared.policy)
    }

    pub(super) fn max_bytes(&self) -> usize {
        self.shared.max_bytes
    }

    pub(super) fn connect_timeout(&self) -> Duration {
        CONNECT_TIMEOUT.min(self.shared.timeout)
    }

    fn client_of(&self, trust: Trust) -> &reqwest::Client {
        match trust {
            Trust::Platform => &self.shared.platform,
            Trust::Org => &self.shared.org,
        }
    }
}

fn client(resolver: CheckedResolver) -> reqwest::Client {
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls::http_config())
        .dns_resolver(Arc::new(resolver))
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .referer(false)
        .connect_timeout(CONNECT_TIMEOUT)
        .pool_max_idle_per_host(IDLE_CONNECTIONS_MAX)
        .pool_idle_timeout(IDLE_TIMEOUT)
        .user_agent(USER_AGENT)
        .build()
        .expect("a client with ready-made TLS has nothing left to fail")
}
