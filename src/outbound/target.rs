//! Validates the URL of a target before any request.

use super::address::{AddressPolicy, Trust};
use super::error::OutboundError;
use std::net::IpAddr;
use url::{Host, Url};

/// Longer URLs serve nobody.
const URL_MAX_BYTES: usize = 8_192;

/// Whether a URL may be without encryption: only one of an address that the operator has allowed by its range.
#[must_use]
pub fn is_allowed_range(url: &Url, ranges: &[ipnet::IpNet]) -> bool {
    let address = match url.host() {
        Some(Host::Ipv4(address)) => IpAddr::V4(address),
        Some(Host::Ipv6(address)) => IpAddr::V6(address),
        Some(Host::Domain(_)) | None => return false,
    };
    url.scheme() == "http" && ranges.iter().any(|range| range.contains(&address))
}

/// What is spoken with the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Protocol {
    Http,
    WebSocket,
}

/// A target whose URL has been checked. A name has still to be resolved; an address has been judged.
#[derive(Debug)]
pub(super) struct Target {
    /// For messages, without brackets, port and path.
    pub(super) host: String,
    /// Where the URL names an address instead of a name.
    pub(super) literal: Option<IpAddr>,
    pub(super) port: u16,
}

impl Target {
    /// The URL parser has already read every spelling of an address (decimal, octal, hexadecimal, short).
    pub(super) fn check(
        url: &Url,
        protocol: Protocol,
        trust: Trust,
        policy: &AddressPolicy,
    ) -> Result<Self, OutboundError> {
        let refuse = |reason| Err(OutboundError::BadUrl { reason });
        match (protocol, url.scheme()) {
            (Protocol::Http, "http" | "https") | (Protocol::WebSocket, "ws" | "wss") => {}
            (Protocol::Http, _) => return refuse("is neither http nor https"),
            (Protocol::WebSocket, _) => return refuse("is neither ws nor wss"),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return refuse("holds a user name or password");
        }
        if url.as_str().len() > URL_MAX_BYTES {
            return refuse("is too long");
        }
        let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
            return refuse("has no host");
        };
        let (host, literal) = match host {
            Host::Domain(name) => (name.to_owned(), None),
            Host::Ipv4(address) => (address.to_string(), Some(IpAddr::V4(address))),
            Host::Ipv6(address) => (address.to_string(), Some(IpAddr::V6(address))),
        };
        if literal.is_some_and(|address| !policy.permits(trust, address)) {
            return Err(OutboundError::AddressRefused { host });
        }
        Ok(Self { host, literal, port })
    }
}
