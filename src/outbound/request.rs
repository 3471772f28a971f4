//! Outgoing requests and their responses.

use super::address::Trust;
use bytes::Bytes;
use reqwest::header::{CONNECTION, CONTENT_LENGTH, HOST, HeaderMap, TRANSFER_ENCODING, UPGRADE};
use reqwest::{Method, StatusCode};
use std::fmt;
use std::time::Duration;
use url::Url;

/// Headers that steer the connection itself; a caller's are left out.
const RESERVED_HEADERS: [reqwest::header::HeaderName; 5] =
    [HOST, CONTENT_LENGTH, TRANSFER_ENCODING, CONNECTION, UPGRADE];

/// A request to the outside.
#[derive(Clone)]
pub struct OutboundRequest {
    /// What is done.
    pub method: Method,
    /// To whom.
    pub url: Url,
    /// Who configured the target.
    pub trust: Trust,
    /// Sent along; those that steer the connection are left out.
    pub headers: HeaderMap,
    /// Sent after the headers.
    pub body: Bytes,
    /// Instead of the setting `outbound_timeout_s`.
    pub timeout: Option<Duration>,
    /// Instead of the setting `outbound_max_bytes`.
    pub max_bytes: Option<usize>,
}

impl OutboundRequest {
    /// Makes a request without headers and body.
    pub fn new(method: Method, url: Url, trust: Trust) -> Self {
        let (headers, body) = (HeaderMap::new(), Bytes::new());
        Self { method, url, trust, headers, body, timeout: None, max_bytes: None }
    }

    /// Makes a request that reads.
    pub fn get(url: Url, trust: Trust) -> Self {
        Self::new(Method::GET, url, trust)
    }
}

/// Shows neither headers nor path nor body: all of them carry secrets.
impl fmt::Debug for OutboundRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.url.host_str().unwrap_or_default();
        write!(f, "OutboundRequest({} {host})", self.method)
    }
}

/// An answer that was read whole.
#[derive(Clone)]
pub struct OutboundResponse {
    /// Redirects come as they are; nothing follows them.
    pub status: StatusCode,
    /// As they came.
    pub headers: HeaderMap,
    /// At most as large as the request takes.
    pub body: Bytes,
}

impl fmt::Debug for OutboundResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OutboundResponse({}, {} bytes)", self.status, self.body.len())
    }
}

/// Leaves out the headers that steer the connection.
pub(super) fn allowed_headers(mut headers: HeaderMap) -> HeaderMap {
    for name in RESERVED_HEADERS {
        headers.remove(name);
    }
    headers
}
