//! The session cookie of a member.

use axum::http::header::{self, HeaderMap, HeaderValue};

const NAME: &str = "switchboard";
/// Marks a browser that has signed in before; it grants no access.
const DEVICE_NAME: &str = "switchboard-device";
/// 180 days.
const DEVICE_LIVES_S: u64 = 180 * 24 * 3_600;

/// Scope of the cookies: path and transport.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope<'a> {
    /// Whether the browser uses https.
    pub(super) is_secure: bool,
    /// The path below which browsers find this server; empty at the root.
    pub(super) base_path: &'a str,
}

impl Scope<'_> {
    /// The name with the prefix that makes browsers refuse a cookie which a plain connection set, and at the root also
    /// one that another host set (RFC 6265bis section 4.1.3). On plain http no prefix is allowed.
    fn name(self, name: &str) -> String {
        match (self.is_secure, self.base_path.is_empty()) {
            (true, true) => format!("__Host-{name}"),
            (true, false) => format!("__Secure-{name}"),
            (false, _) => name.to_owned(),
        }
    }

    fn written(self, name: &str, value: &str, lives_s: u64) -> HeaderValue {
        let secure = if self.is_secure { "; Secure" } else { "" };
        let path = if self.base_path.is_empty() { "/" } else { self.base_path };
        let name = self.name(name);
        let text = format!("{name}={value}; Path={path}; Max-Age={lives_s}; HttpOnly; SameSite=Lax{secure}");
        HeaderValue::try_from(text).expect("tokens are base64url, and a path is that of a URL")
    }
}

/// The Set-Cookie header with the session token.
pub(super) fn set(token: &str, lives_s: u64, scope: Scope) -> HeaderValue {
    scope.written(NAME, token, lives_s)
}

/// The Set-Cookie header of the device cookie.
pub(super) fn set_device(mark: &str, scope: Scope) -> HeaderValue {
    scope.written(DEVICE_NAME, mark, DEVICE_LIVES_S)
}

/// The Set-Cookie header that removes the session cookie.
pub(super) fn clear(scope: Scope) -> HeaderValue {
    set("", 0, scope)
}

/// The session token from the Cookie header.
pub(super) fn find<'a>(headers: &'a HeaderMap, scope: Scope) -> Option<&'a str> {
    value_of(headers, &scope.name(NAME))
}

/// The device cookie from the Cookie header.
pub(super) fn find_device<'a>(headers: &'a HeaderMap, scope: Scope) -> Option<&'a str> {
    value_of(headers, &scope.name(DEVICE_NAME))
}

fn value_of<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(found, _)| *found == name).map(|(_, value)| value).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: Scope = Scope { is_secure: true, base_path: "" };
    const PLAIN: Scope = Scope { is_secure: false, base_path: "" };

    #[test]
    fn below_a_path_the_cookie_is_for_that_path_alone() {
        let below = Scope { is_secure: true, base_path: "/support" };

        assert_eq!(
            set("sba_x", 60, below),
            "__Secure-switchboard=sba_x; Path=/support; Max-Age=60; HttpOnly; SameSite=Lax; Secure"
        );
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("__Secure-switchboard=sba_x"));
        assert_eq!((find(&headers, below), find(&headers, ROOT)), (Some("sba_x"), None));
    }

    #[test]
    fn the_cookie_is_secure_exactly_on_https() {
        assert_eq!(
            set("sba_x", 60, ROOT),
            "__Host-switchboard=sba_x; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure"
        );
        assert_eq!(set("sba_x", 60, PLAIN), "switchboard=sba_x; Path=/; Max-Age=60; HttpOnly; SameSite=Lax");
        assert_eq!(clear(PLAIN), "switchboard=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    }

    #[test]
    fn the_token_is_found_among_other_cookies_and_by_its_own_name_only() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=1; switchboard=sba_x; b=2"));
        headers.append(header::COOKIE, HeaderValue::from_static("__Host-switchboard=sba_y"));

        assert_eq!(find(&headers, PLAIN), Some("sba_x"));
        assert_eq!(find(&headers, ROOT), Some("sba_y"));
        assert_eq!(find(&HeaderMap::new(), ROOT), None);
    }
}
