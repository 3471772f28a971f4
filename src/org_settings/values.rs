//! What single values must be: colours, languages, origins, addresses.

use serde_json::Value;
use url::Url;

const LANGUAGE_MAX_CHARS: usize = 35;
const ORIGIN_MAX_CHARS: usize = 300;
/// Maximum length of all origins of a list, in bytes: they stand in one header.
const ORIGINS_MAX_BYTES: usize = 2_000;
const ADDRESS_MAX_CHARS: usize = 2_048;

/// Whether a text is a colour such as `#2f92ad`.
#[must_use]
pub fn is_color(text: &str) -> bool {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
    digits.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Whether a text has the form of a language tag such as `en` or `pt-BR`.
#[must_use]
pub fn is_language(text: &str) -> bool {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    (2..=LANGUAGE_MAX_CHARS).contains(&text.len()) && is_plain
}

/// The origin that a text names, and nothing besides: scheme, host and port.
#[must_use]
pub fn origin(text: &str) -> Option<String> {
    let url = Url::parse(text.trim()).ok()?;
    let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let is_anonymous = url.username().is_empty() && url.password().is_none();
    let is_plain_host = url.host_str().is_some_and(|host| !host.contains('*'));
    let is_web = matches!(url.scheme(), "http" | "https");
    (is_web && is_bare && is_anonymous && is_plain_host).then(|| url.origin().ascii_serialization())
}

/// Whether a text is empty or an `http` or `https` address.
pub(super) fn check_address(text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Ok(());
    }
    if text.chars().count() > ADDRESS_MAX_CHARS {
        return Err(format!("has more than {ADDRESS_MAX_CHARS} characters"));
    }
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "https" | "http") && url.has_host() => Ok(()),
        _ => Err("must be an http or https address".to_owned()),
    }
}

/// Whether every item is an origin.
pub(super) fn check_origins(items: &[Value], most: usize) -> Result<(), String> {
    if items.len() > most {
        return Err(format!("has {} items; at most {most} are allowed", items.len()));
    }
    if items.iter().filter_map(Value::as_str).map(str::len).sum::<usize>() > ORIGINS_MAX_BYTES {
        return Err(format!("has more than {ORIGINS_MAX_BYTES} bytes"));
    }
    items.iter().try_for_each(|item| match item.as_str() {
        Some(text) if text.len() <= ORIGIN_MAX_CHARS && origin(text).is_some() => Ok(()),
        _ => Err("must hold origins: a scheme and a host, such as https://www.example.com".to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_scheme_host_and_port_and_nothing_more() {
        for (given, kept) in [
            ("https://Shop.Example", Some("https://shop.example")),
            ("https://shop.example:443/", Some("https://shop.example")),
            ("http://localhost:3000", Some("http://localhost:3000")),
            ("https://mañana.example", Some("https://xn--maana-pta.example")),
            ("https://shop.example/path", None),
            ("https://user@shop.example", None),
            ("https://*.example", None),
            ("shop.example", None),
            ("ftp://shop.example", None),
            ("null", None),
            ("*", None),
        ] {
            assert_eq!(origin(given).as_deref(), kept, "{given}");
        }
    }

    #[test]
    fn a_color_has_six_digits() {
        assert!(is_color("#2F92AD"));
        for wrong in ["", "2f92ad", "#fff", "#2f92ag", "red", "#2f92ad0"] {
            assert!(!is_color(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_language_is_a_tag() {
        assert!(is_language("pt-BR"));
        for wrong in ["", "e", "en_US", "en;q=1", &"x".repeat(36)] {
            assert!(!is_language(wrong), "{wrong}");
        }
    }
}
