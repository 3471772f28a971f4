//! Headers that a setting holds, as OpenTelemetry's exporters take them: `name=value,name=value`, values percent-encoded.

use super::declare::Shape;
use super::value::SettingValue;
use secrecy::SecretString;

/// Headers whose values are secrets.
#[derive(Debug, Clone, Default)]
pub struct SecretHeaders(Vec<(String, SecretString)>);

impl SecretHeaders {
    /// Each with its name in lower case.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &SecretString)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
}

/// Reasons say which header it is and never hold it: whoever forgets the name gives a secret in its place.
impl SettingValue for SecretHeaders {
    const SHAPE: Shape = Shape { placeholder: "NAME=VALUE,…", is_list: false, is_switch: false };

    fn from_texts(texts: &[String]) -> Result<Self, String> {
        let [text] = texts else {
            return if texts.is_empty() { Ok(Self::default()) } else { Err("takes one value".to_owned()) };
        };
        let given = text.split(',').map(str::trim).filter(|one| !one.is_empty());
        let headers = given.enumerate().map(|(at, one)| {
            header(one).ok_or_else(|| format!("holds a header that is not name=value (number {})", at + 1))
        });
        headers.collect::<Result<_, _>>().map(Self)
    }
}

fn header(text: &str) -> Option<(String, SecretString)> {
    let (name, value) = text.split_once('=')?;
    let name = name.trim().to_ascii_lowercase();
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let value = percent_decoded(value.trim())?;
    let is_value = value.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    let is_whole = !name.is_empty() && name.bytes().all(is_name) && !value.is_empty() && is_value;
    is_whole.then(|| (name, SecretString::from(value)))
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        if *first != b'%' {
            decoded.push(*first);
            rest = tail;
            continue;
        }
        let (digits, after) = tail.split_at_checked(2)?;
        let digits = std::str::from_utf8(digits).ok().filter(|two| !two.starts_with('+'))?;
        decoded.push(u8::from_str_radix(digits, 16).ok()?);
        rest = after;
    }
    String::from_utf8(decoded).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret as _;

    fn read(text: &str) -> Result<SecretHeaders, String> {
        SecretHeaders::from_texts(&[text.to_owned()])
    }

    #[test]
    fn headers_are_read_as_other_exporters_read_them() {
        let headers = read("Authorization=Bearer%20a%2Cb=c , x-tenant=shop").unwrap();

        let shown: Vec<_> = headers.iter().map(|(name, value)| (name, value.expose_secret())).collect();
        assert_eq!(shown, [("authorization", "Bearer a,b=c"), ("x-tenant", "shop")]);
        assert_eq!(read("").unwrap().iter().count(), 0);
        assert!(!format!("{headers:?}").contains("Bearer"));
    }

    #[test]
    fn a_header_that_is_none_is_refused_without_showing_it() {
        for bad in [
            "hunter2",
            "a=b,hunter2",
            "na me=hunter2",
            "=hunter2",
            "a=",
            "a=hunter2%",
            "a=hunter2%0A",
            "a=%+1hunter2",
        ] {
            let reason = read(bad).unwrap_err();

            assert!(reason.contains("is not name=value") && !reason.contains("hunter2"), "{bad}: {reason}");
        }
    }
}
