//! The signed JSON request posted to webhooks and webhook tools.

use bytes::Bytes;
use rooms::Timestamp;
use url::Url;

use crate::crypto::hmac_sha256_hex;
use crate::outbound::{HeaderMap, HeaderValue, Method, OutboundRequest, Trust};

/// What is posted.
#[derive(Debug, Clone)]
pub struct SignedRequest<'a> {
    /// To where.
    pub url: &'a Url,
    /// `X-Switchboard-Event`.
    pub event: &'a str,
    /// `X-Switchboard-Delivery`: the same for every try.
    pub delivery: &'a str,
    /// JSON.
    pub body: String,
    /// What it is signed with.
    pub secret: &'a str,
    /// While a secret is rotated, the new one: what it signs stands beside in `X-Switchboard-Signature-New`.
    pub new_secret: Option<&'a str>,
}

/// Makes the request; its signature covers the moment in seconds and the body, so that neither can be changed, and an
/// old one cannot be sent again unnoticed.
#[must_use]
pub fn signed_request(what: SignedRequest<'_>, now: Timestamp) -> OutboundRequest {
    let timestamp = (now.0 / 1_000).to_string();
    let message = format!("{timestamp}.{}", what.body);
    let sign = |secret: &str| format!("sha256={}", hmac_sha256_hex(secret.as_bytes(), message.as_bytes()));
    let signature = sign(what.secret);
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("content-type", "application/json"),
        ("x-switchboard-event", what.event),
        ("x-switchboard-delivery", what.delivery),
        ("x-switchboard-timestamp", &timestamp),
        ("x-switchboard-signature", &signature),
    ] {
        let value = HeaderValue::from_str(value).expect("names, ids, numbers and hex are visible ASCII");
        headers.insert(name, value);
    }
    if let Some(signature) = what.new_secret.map(sign) {
        let value = HeaderValue::from_str(&signature).expect("hex is visible ASCII");
        headers.insert("x-switchboard-signature-new", value);
    }
    let mut request = OutboundRequest::new(Method::POST, what.url.clone(), Trust::Org);
    request.headers = headers;
    request.body = Bytes::from(what.body);
    request
}
