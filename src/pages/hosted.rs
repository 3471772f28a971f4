//! The chat of a channel as a page of its own: to link, to print as a code, or to show in a frame.

use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::{HeaderMap, Response, StatusCode, header};
use axum::response::IntoResponse;

use super::headers::{put, put_page_policies};
use super::html::escaped;
use super::negotiation::Kind;
use super::serve::not_found;
use crate::accounts::{Accounts, Look};
use crate::config::Settings;
use crate::limits::client_ip;
use crate::org_settings::OrgSettings;
use crate::refusal::ServiceError;

/// What the page may load: the widget from here, pictures and videos that the channel names, nothing else from elsewhere.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; \
                           style-src 'self' 'unsafe-inline'; img-src 'self' data: blob: https:; \
                           media-src 'self' blob: https:; worker-src 'self' blob:; base-uri 'none'; form-action 'none'";

/// What the page stands on.
#[derive(Debug, Clone)]
pub struct HostedState {
    /// Who may come in.
    pub accounts: Accounts,
    /// What orgs set.
    pub org_settings: OrgSettings,
    /// The server's settings.
    pub settings: Arc<Settings>,
}

/// Answers a request for the chat page of a channel's key; an unknown key is no page.
pub async fn hosted_page(
    State(state): State<HostedState>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(key): Path<String>,
    headers: HeaderMap,
) -> Response<Body> {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).filter(|host| is_host(host));
    let address = client_ip(peer.ip(), &headers, &state.settings.trusted_proxies);
    match state.page_of(&key, address, host).await {
        Ok(Some(page)) => page,
        Ok(None) => not_found(),
        Err(error) => {
            let error = error.report();
            let status = StatusCode::from_u16(error.code.status());
            let mut response = (
                status.unwrap_or(StatusCode::SERVICE_UNAVAILABLE),
                [(header::CACHE_CONTROL, "no-store")],
                error.message.into_owned(),
            )
                .into_response();
            if let Some(wait_ms) = error.retry_after_ms {
                response.headers_mut().insert(header::RETRY_AFTER, wait_ms.div_ceil(1_000).into());
            }
            response
        }
    }
}

impl HostedState {
    async fn page_of(
        &self,
        key: &str,
        address: IpAddr,
        host: Option<&str>,
    ) -> Result<Option<Response<Body>>, ServiceError> {
        let Some(channel) = self.accounts.channel_of_key(key).await? else { return Ok(None) };
        self.accounts.check_address(address, channel.org)?;
        let settings = self.org_settings.effective(channel.org, Some(channel.id)).await?;
        let look = Look::of(&channel, &settings);
        let html = html(&Facts {
            title: &channel.name,
            key,
            look,
            theme: &settings.widget_theme,
            base_path: self.accounts.base_path(),
        });
        let mut response = html.into_response();
        let framed_by = framed_by(&settings.frame_origins);
        let connects_to = connects_to(host);
        let headers = response.headers_mut();
        put(headers, header::CONTENT_TYPE, "text/html; charset=utf-8");
        put(headers, header::CACHE_CONTROL, Kind::Page.cache_control());
        put_page_policies(headers, &format!("{PAGE_POLICY}; {connects_to}; frame-ancestors {framed_by}"));
        Ok(Some(response))
    }
}

/// What stands on the page.
struct Facts<'a> {
    title: &'a str,
    key: &'a str,
    look: Look<'a>,
    theme: &'a str,
    base_path: &'a str,
}

/// Where the page may connect to: this server, by name too, as some browsers do not count sockets as its own.
fn connects_to(host: Option<&str>) -> String {
    match host {
        Some(host) => format!("connect-src 'self' ws://{host} wss://{host}"),
        None => "connect-src 'self'".to_owned(),
    }
}

/// Whether a text can stand in a policy as a host with its port.
fn is_host(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".:-[]".contains(&byte))
}

/// Who may frame the page: pages of this server, and the sites of the channel's list.
fn framed_by(origins: &[String]) -> String {
    let own = "'self'".to_owned();
    let listed = origins.iter().filter_map(|origin| crate::org_settings::origin(origin));
    std::iter::once(own).chain(listed).collect::<Vec<_>>().join(" ")
}

fn html(facts: &Facts<'_>) -> String {
    let Facts { title, key, look, theme, base_path } = facts;
    let (title, key, base_path) = (escaped(title), escaped(key), escaped(base_path));
    let color = escaped(look.color);
    let language = look.language.unwrap_or("en");
    let lang = escaped(language);
    let dir = if language.starts_with("he") { "rtl" } else { "ltr" };
    let scheme = match *theme {
        "light" | "dark" => theme,
        _ => "light dark",
    };
    let mut tag =
        format!("<script src=\"{base_path}/widget.js\" data-key=\"{key}\" data-page data-color=\"{color}\"");
    if let Some(language) = look.language {
        // A string takes everything.
        let _ = write!(tag, " data-lang=\"{}\"", escaped(language));
    }
    tag.push_str(" defer></script>");
    format!(
        "<!doctype html>\n<html lang=\"{lang}\" dir=\"{dir}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content\">\n\
         <meta name=\"color-scheme\" content=\"{scheme}\">\n<meta name=\"theme-color\" content=\"{color}\">\n\
         <meta name=\"robots\" content=\"noindex\">\n<title>{title}</title>\n{tag}\n</head>\n\
         <body>\n<noscript>{title}: this page needs JavaScript.</noscript>\n</body>\n</html>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_channel_becomes_markup() {
        let hostile = "\"><script>alert(1)</script>'&";
        let look = Look { color: hostile, greeting: "", language: Some(hostile) };
        let page = html(&Facts { title: hostile, key: hostile, look, theme: hostile, base_path: "/support" });

        assert_eq!(page.matches("<script").count(), 1, "{page}");
        assert!(!page.contains("alert(1)<"), "{page}");
        assert!(page.contains("src=\"/support/widget.js\""), "{page}");
    }

    #[test]
    fn the_page_is_framed_by_this_server_and_listed_sites() {
        assert_eq!(framed_by(&[]), "'self'");
        let listed = ["https://Shop.example/".to_owned(), "https://a.example; script-src *".to_owned()];
        assert_eq!(framed_by(&listed), "'self' https://shop.example");
    }
}
