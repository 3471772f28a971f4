//! Origin checks: visitors from their channel's origins, agents from the console's own.

use rooms::ChannelId;

use super::{Accounts, Entry, RefusedPages};
use crate::auth::{Page, Principal, PrincipalKind, origins_subject};
use crate::model::ChannelRecord;
use crate::refusal::ServiceError;
use crate::wire::WireError;

impl Accounts {
    /// Refuses a caller who comes from a page that may not speak for them. Without an origin (servers, apps) any
    /// valid token is enough. `host` is the request's own `Host`. A visitor's page is noted, as it may be taken off the
    /// channel's list later, and on a socket how long the channel lets a message be.
    ///
    /// # Errors
    /// `forbidden`, `unavailable`.
    pub async fn check_origin(
        &self,
        principal: &mut Principal,
        entry: Entry,
        origin: Option<&str>,
        host: Option<&str>,
    ) -> Result<(), ServiceError> {
        let PrincipalKind::Visitor { channel } = principal.kind else {
            let is_own = origin.is_none_or(|origin| self.is_own_origin(origin, host));
            return if is_own { Ok(()) } else { Err(foreign()) };
        };
        if origin.is_none() && entry == Entry::Rest {
            return Ok(());
        }
        let found = self.db().channels().known(principal.org, channel).await?;
        let channel = found.ok_or_else(ServiceError::unauthenticated)?;
        self.check_channel_origin(&channel, origin, host)?;
        principal.page =
            origin.map(|origin| Page { origin: origin.into(), is_ours: self.is_own_origin(origin, host) });
        if entry == Entry::Socket {
            principal.message_max_chars = Some(self.hub().visitor_message_max_chars(&channel));
        }
        Ok(())
    }

    /// Whether a page of this server is meant: the public address, or the one the request came to.
    #[must_use]
    pub fn is_own_origin(&self, origin: &str, host: Option<&str>) -> bool {
        let public = self.settings().public_url.as_ref().map(|url| url.origin().ascii_serialization());
        public.is_some_and(|public| public.eq_ignore_ascii_case(origin))
            || host.is_some_and(|host| is_same_origin(origin, host))
    }

    /// What ends the access of pages that may no longer use a channel; nothing where every page may.
    pub(super) fn revoked_by_origins(&self, channel: ChannelId, origins: &[String]) -> Option<String> {
        let is_any = origins.is_empty() && self.is_public_url_loopback();
        (!is_any).then(|| origins_subject(channel, origins))
    }

    pub(super) fn check_channel_origin(
        &self,
        channel: &ChannelRecord,
        origin: Option<&str>,
        host: Option<&str>,
    ) -> Result<(), ServiceError> {
        let Some(origin) = origin else { return Ok(()) };
        if self.takes_origin(channel, origin, host) {
            return Ok(());
        }
        self.refused_pages.note(channel.id, origin, self.now());
        Err(foreign())
    }

    /// Whether pages of an origin may use a channel. Every channel has a page on this server.
    pub(super) fn takes_origin(&self, channel: &ChannelRecord, origin: &str, host: Option<&str>) -> bool {
        self.is_own_origin(origin, host)
            || if channel.origins.is_empty() {
                self.is_public_url_loopback()
            } else {
                is_listed(&channel.origins, origin)
            }
    }

    /// Today's refused pages of a channel.
    #[must_use]
    pub fn refused_pages(&self, channel: ChannelId) -> RefusedPages {
        self.refused_pages.of(channel, self.now())
    }

    /// Whether the server says of itself that nobody but this machine reaches it. The listener does not tell: a proxy on
    /// the same machine may stand before it.
    fn is_public_url_loopback(&self) -> bool {
        match self.settings().public_url.as_ref().and_then(|url| url.host()) {
            Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(url::Host::Ipv4(address)) => address.is_loopback(),
            Some(url::Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
    }
}

/// Whether an origin is the one of a host, by either scheme: a proxy may have taken the encryption off.
#[must_use]
pub fn is_same_origin(origin: &str, host: &str) -> bool {
    let authority = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    authority.is_some_and(|authority| authority.eq_ignore_ascii_case(host))
}

fn is_listed(origins: &[String], origin: &str) -> bool {
    origins.iter().any(|one| one.eq_ignore_ascii_case(origin))
}

fn foreign() -> ServiceError {
    WireError { reason: Some("origin"), ..WireError::forbidden("this origin is not on the list") }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listed_origin_passes_and_no_other() {
        let listed = ["https://shop.example".to_owned(), "http://localhost:3000".to_owned()];

        assert!(is_listed(&listed, "https://shop.example"));
        assert!(is_listed(&listed, "HTTPS://Shop.Example"));
        for other in
            ["http://shop.example", "https://shop.example:8443", "https://shop.example.evil.example", "null"]
        {
            assert!(!is_listed(&listed, other), "{other}");
        }
    }

    #[test]
    fn an_origin_is_the_hosts_own_only_with_the_same_port() {
        assert!(is_same_origin("http://localhost:8080", "localhost:8080"));
        assert!(is_same_origin("https://chat.example", "Chat.example"));
        assert!(!is_same_origin("http://localhost:8081", "localhost:8080"));
        assert!(!is_same_origin("http://evil.example", "chat.example"));
        assert!(!is_same_origin("null", "null"));
    }
}
