//! The state shared by handlers.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, header};

use super::cookie::Scope;
use crate::accounts::Accounts;
use crate::assistant::Assistant;
use crate::attachments::Attachments;
use crate::audit::{Audit, Security};
use crate::config::Settings;
use crate::desk::Desk;
use crate::handover::Handover;
use crate::hub::Hub;
use crate::knowledge::Knowledge;
use crate::limits::client_ip;
use crate::llm::Llm;
use crate::notify::Notifier;
use crate::org_settings::OrgSettings;
use crate::platform::Platform;
use crate::privacy::Privacy;
use crate::tenancy::Tenancy;
use crate::tools::Tools;
use crate::usage::Usage;
use crate::voice::Voice;

const X_FORWARDED_PROTO: &str = "x-forwarded-proto";

/// The state shared by all handlers. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Api {
    /// The settings.
    pub settings: Arc<Settings>,
    /// Who may come in.
    pub accounts: Accounts,
    /// The audit log.
    pub audit: Audit,
    /// Security events and block lists.
    pub security: Security,
    /// The live part.
    pub hub: Arc<Hub>,
    /// What agents keep.
    pub desk: Desk,
    /// What orgs set.
    pub org_settings: OrgSettings,
    /// What models and voices cost.
    pub usage: Usage,
    /// Which model answers for an org.
    pub llm: Llm,
    /// Between the assistant and people.
    pub handover: Handover,
    /// The assistant.
    pub assistant: Assistant,
    /// What orgs know.
    pub knowledge: Knowledge,
    /// Files of conversations.
    pub attachments: Attachments,
    /// What the assistant may do.
    pub tools: Tools,
    /// Tells the world of what happens.
    pub notifier: Notifier,
    /// Calls.
    pub voice: Voice,
    /// Exports and erases what is stored of visitors.
    pub privacy: Privacy,
    /// Whole orgs.
    pub tenancy: Tenancy,
    /// The server as whoever runs it sees it.
    pub platform: Platform,
}

impl Api {
    /// The client address used for rate limits.
    pub(super) fn address(&self, parts: &Parts) -> IpAddr {
        self.address_of(&parts.extensions, &parts.headers)
    }

    /// The client address of a request that is not taken apart yet.
    pub(super) fn address_of(&self, extensions: &Extensions, headers: &HeaderMap) -> IpAddr {
        client_ip(peer(extensions), headers, &self.settings.trusted_proxies)
    }

    /// Whether the browser uses https, to this server or to a trusted proxy in front of it.
    pub(super) fn is_secure(&self, parts: &Parts) -> bool {
        let is_public = self.settings.public_url.as_ref().is_some_and(|url| url.scheme() == "https");
        let is_trusted = self.comes_by_trusted_proxy(&parts.extensions);
        is_public || (is_trusted && text(&parts.headers, X_FORWARDED_PROTO) == Some("https"))
    }

    /// Whether the peer of a connection is a proxy whose headers count.
    pub(super) fn comes_by_trusted_proxy(&self, extensions: &Extensions) -> bool {
        let peer = peer(extensions);
        self.settings.trusted_proxies.iter().any(|range| range.contains(&peer))
    }

    /// Scope of the cookies.
    pub(super) fn cookie_scope(&self, is_secure: bool) -> Scope<'_> {
        Scope { is_secure, base_path: self.settings.base_path() }
    }

    /// This server's address for links.
    pub(super) fn base(&self) -> String {
        self.settings.link_base()
    }
}

fn peer(extensions: &Extensions) -> IpAddr {
    let connected = extensions.get::<ConnectInfo<SocketAddr>>();
    connected.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |connected| connected.0.ip().to_canonical())
}

/// The host the request came to, from its header or its URI.
pub(super) fn host(parts: &Parts) -> Option<&str> {
    let in_uri = || parts.uri.authority().map(axum::http::uri::Authority::as_str);
    text(&parts.headers, header::HOST.as_str()).or_else(in_uri)
}

/// A header as text.
pub(super) fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
