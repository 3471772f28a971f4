//! The headers of a connection: the key as a kind of server wants it, and the caller as providers may know them.

use secrecy::{ExposeSecret as _, SecretString};

use crate::outbound::header::{AUTHORIZATION, InvalidHeaderValue};
use crate::outbound::{HeaderMap, HeaderName, HeaderValue};

/// How a server wants its key.
#[derive(Debug, Clone, Copy)]
pub(super) enum KeyHeader {
    /// `authorization`, as a bearer token.
    Bearer,
    /// `api-key`.
    ApiKey,
}

impl KeyHeader {
    /// The headers of a connection.
    pub(super) fn headers(
        self,
        key: Option<&SecretString>,
        caller: &str,
    ) -> Result<HeaderMap, InvalidHeaderValue> {
        let mut headers = HeaderMap::new();
        if let Some(key) = key {
            let key = key.expose_secret();
            let (name, value) = match self {
                Self::Bearer => (AUTHORIZATION, HeaderValue::from_str(&format!("Bearer {key}"))),
                Self::ApiKey => (HeaderName::from_static("api-key"), HeaderValue::from_str(key)),
            };
            let mut value = value?;
            value.set_sensitive(true);
            headers.insert(name, value);
        }
        headers.insert(HeaderName::from_static("openai-safety-identifier"), HeaderValue::from_str(caller)?);
        Ok(headers)
    }
}
