//! Looks at a site as a stranger would, and says what keeps the widget from showing there.

use std::time::Duration;

use url::Url;

use super::Accounts;
use super::page_policy::blocked_by;
use crate::auth::{Principal, Right};
use crate::limits::{Limit, Source};
use crate::model::ChannelRecord;
use crate::outbound::{OutboundRequest, OutboundResponse, Trust, header};
use crate::refusal::ServiceError;
use crate::wire::ErrorCode;

/// Redirects followed, as a browser would.
const REDIRECTS_MAX: usize = 5;
/// Maximum size of a page that is looked at.
const PAGE_MAX_BYTES: usize = 4 * 1024 * 1024;
const TIMEOUT: Duration = Duration::from_secs(10);
const URL_MAX_CHARS: usize = 2_048;

/// Whose key a page names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyFound {
    /// The channel's.
    This,
    /// Another one.
    Other,
    /// None.
    None,
}

/// What was found on a page.
#[derive(Debug, Clone)]
pub struct InstallFindings {
    /// Where it was found at last.
    pub url: String,
    /// What its server answered.
    pub status: u16,
    /// Whether the widget's script stands in it.
    pub has_script: bool,
    /// Whose key stands in it.
    pub key: KeyFound,
    /// Whether a tag manager stands in it, which may add the widget later.
    pub has_tag_manager: bool,
    /// Directives of its Content-Security-Policy that keep the widget from working.
    pub blocked_by_policy: Vec<&'static str>,
    /// Whether the channel takes visitors from its origin.
    pub is_origin_allowed: bool,
}

/// Looking whether a channel is installed.
#[derive(Debug, Clone, Copy)]
pub struct InstallCheck<'a> {
    pub(super) accounts: &'a Accounts,
}

impl InstallCheck<'_> {
    /// Fetches a page and looks for a channel of the caller's org in it; `base` is this server's address.
    ///
    /// # Errors
    /// `forbidden`, `not_found` for the channel, `bad_request` for an address that is none or cannot be fetched, with why.
    pub async fn look(
        self,
        principal: &Principal,
        channel: &str,
        url: &str,
        base: &str,
    ) -> Result<InstallFindings, ServiceError> {
        Right::ManageChannels.check(principal)?;
        let channel = self.accounts.channels().channel_of(principal, channel).await?;
        let url = page_url(url)?;
        let source = Source::Token(&principal.credential);
        self.accounts.parts.base.limits.count(Limit::InstallChecks, source)?;
        let (url, page) = self.fetch(url).await?;
        let server = self.accounts.settings().public_url.clone();
        let server =
            server.or_else(|| Url::parse(base).ok()).ok_or_else(|| ServiceError::broken("no address"))?;
        Ok(self.findings(&channel, &url, &page, &server))
    }

    async fn fetch(self, mut url: Url) -> Result<(Url, OutboundResponse), ServiceError> {
        for _ in 0..=REDIRECTS_MAX {
            let mut request = OutboundRequest::get(url.clone(), Trust::Org);
            request.timeout = Some(TIMEOUT);
            request.max_bytes = Some(PAGE_MAX_BYTES);
            let answer = self.accounts.parts.base.gateway.request(request).await;
            // The admin named the address and mends it; what is said of it holds no more than its host.
            let answer =
                answer.map_err(|error| ServiceError::new(ErrorCode::BadRequest, error.to_string()))?;
            let location = answer.headers.get(header::LOCATION).and_then(|value| value.to_str().ok());
            let next = location.filter(|_| answer.status.is_redirection()).map(|text| url.join(text));
            match next {
                None => return Ok((url, answer)),
                Some(Ok(next)) => url = next,
                Some(Err(_)) => return Err(ServiceError::bad_request("the page redirects to no address")),
            }
        }
        Err(ServiceError::bad_request("the page redirects too often"))
    }

    fn findings(
        self,
        channel: &ChannelRecord,
        url: &Url,
        page: &OutboundResponse,
        server: &Url,
    ) -> InstallFindings {
        let html = String::from_utf8_lossy(&page.body);
        let policies = page.headers.get_all(header::CONTENT_SECURITY_POLICY);
        let policies = policies.iter().filter_map(|value| value.to_str().ok());
        let origin = url.origin().ascii_serialization();
        InstallFindings {
            status: page.status.as_u16(),
            has_script: has_script(&html, server),
            key: key_in(&html, &channel.key),
            has_tag_manager: html.contains("googletagmanager.com/gtm"),
            blocked_by_policy: blocked_by(policies, url, server),
            is_origin_allowed: self.accounts.takes_origin(channel, &origin, None),
            url: url.to_string(),
        }
    }
}

fn page_url(text: &str) -> Result<Url, ServiceError> {
    let text = text.trim();
    if text.chars().count() > URL_MAX_CHARS {
        return Err(ServiceError::new(ErrorCode::TooLarge, "an address has at most 2048 characters"));
    }
    let full = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let url = Url::parse(&full).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    url.ok_or_else(|| ServiceError::bad_request("url must be an address such as https://www.example.com"))
}

/// Whether a script tag of the page loads this server's widget.
fn has_script(html: &str, server: &Url) -> bool {
    let host = server.host_str().unwrap_or_default();
    let tags =
        html.split('<').filter(|tag| tag.get(..6).is_some_and(|name| name.eq_ignore_ascii_case("script")));
    tags.filter_map(|tag| tag.split('>').next()).any(|tag| tag.contains("widget.js") && tag.contains(host))
}

fn key_in(html: &str, key: &str) -> KeyFound {
    if html.contains(key) {
        return KeyFound::This;
    }
    let is_key =
        |rest: &str| rest.len() >= 16 && rest.bytes().take(16).all(|byte| byte.is_ascii_alphanumeric());
    if html.split("swk_").skip(1).any(is_key) { KeyFound::Other } else { KeyFound::None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_of_this_server_is_told_from_others() {
        let server = Url::parse("https://chat.example.com").unwrap();
        for (html, is_found) in [
            (r#"<SCRIPT defer src="https://chat.example.com/widget.js" data-key="swk_1">"#, true),
            (r#"<script>s.src='https://chat.example.com/widget.js'</script>"#, false),
            (r#"<script src="https://elsewhere.example/widget.js">"#, false),
            (r#"<a href="https://chat.example.com/widget.js">"#, false),
            ("<script", false),
        ] {
            assert_eq!(has_script(html, &server), is_found, "{html}");
        }
    }

    #[test]
    fn keys_are_told_apart() {
        let other = "data-key='swk_0123456789abcdef0123'";
        assert_eq!(key_in("data-key='swk_mine'", "swk_mine"), KeyFound::This);
        assert_eq!(key_in(other, "swk_mine"), KeyFound::Other);
        assert_eq!(key_in("swk_", "swk_mine"), KeyFound::None);
    }

    #[test]
    fn an_address_needs_no_scheme_and_is_of_the_web() {
        assert_eq!(page_url(" www.example.com/shop ").unwrap().as_str(), "https://www.example.com/shop");
        for bad in ["file:///etc/passwd", "ftp://example.com", "", "http://"] {
            assert!(page_url(bad).is_err(), "{bad}");
        }
    }
}
