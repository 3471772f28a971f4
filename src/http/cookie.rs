//! The cookie of a signed-in agent.

use axum::http::header::{self, HeaderMap, HeaderValue};

/// On https: the prefix makes browsers refuse one that another host or a plain connection set.
const SECURE_NAME: &str = "__Host-switchboard";
/// On plain http, where the prefix is not allowed.
const PLAIN_NAME: &str = "switchboard";

/// Tells a browser that has signed in before from a stranger's; it gives no access.
const SECURE_DEVICE_NAME: &str = "__Host-switchboard-device";
const PLAIN_DEVICE_NAME: &str = "switchboard-device";
/// 180 days.
const DEVICE_LIVES_S: u64 = 180 * 24 * 3_600;

fn name(is_secure: bool) -> &'static str {
    if is_secure { SECURE_NAME } else { PLAIN_NAME }
}

fn device_name(is_secure: bool) -> &'static str {
    if is_secure { SECURE_DEVICE_NAME } else { PLAIN_DEVICE_NAME }
}

/// The header that hands the token to the browser.
pub(super) fn set(token: &str, lives_s: u64, is_secure: bool) -> HeaderValue {
    written(name(is_secure), token, lives_s, is_secure)
}

/// The header that marks the browser as one that has signed in.
pub(super) fn set_device(mark: &str, is_secure: bool) -> HeaderValue {
    written(device_name(is_secure), mark, DEVICE_LIVES_S, is_secure)
}

fn written(name: &str, value: &str, lives_s: u64, is_secure: bool) -> HeaderValue {
    let secure = if is_secure { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; Max-Age={lives_s}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::try_from(text).expect("tokens are base64url")
}

/// The header that takes the token from the browser.
pub(super) fn clear(is_secure: bool) -> HeaderValue {
    set("", 0, is_secure)
}

/// The token in a request's cookies.
pub(super) fn find(headers: &HeaderMap, is_secure: bool) -> Option<&str> {
    value_of(headers, name(is_secure))
}

/// The mark of the device in a request's cookies.
pub(super) fn find_device(headers: &HeaderMap, is_secure: bool) -> Option<&str> {
    value_of(headers, device_name(is_secure))
}

fn value_of<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(found, _)| *found == name).map(|(_, value)| value).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_secure_exactly_on_https() {
        assert_eq!(
            set("sba_x", 60, true),
            "__Host-switchboard=sba_x; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure"
        );
        assert_eq!(set("sba_x", 60, false), "switchboard=sba_x; Path=/; Max-Age=60; HttpOnly; SameSite=Lax");
        assert_eq!(clear(false), "switchboard=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    }

    #[test]
    fn the_token_is_found_among_other_cookies_and_by_its_own_name_only() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=1; switchboard=sba_x; b=2"));
        headers.append(header::COOKIE, HeaderValue::from_static("__Host-switchboard=sba_y"));

        assert_eq!(find(&headers, false), Some("sba_x"));
        assert_eq!(find(&headers, true), Some("sba_y"));
        assert_eq!(find(&HeaderMap::new(), true), None);
    }
}
