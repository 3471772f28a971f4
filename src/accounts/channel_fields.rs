//! Validates the fields of a channel.

use url::Url;

use super::checks;
use crate::model::{ChannelChange, Patch};
use crate::outbound::{Gateway, Trust};
use crate::refusal::ServiceError;

/// The colour of a widget that nobody has chosen one for.
pub(super) const DEFAULT_COLOR: &str = "#2f92ad";
const ISSUER_MAX_CHARS: usize = 500;
/// What signs with HS256 must not be guessed.
const SHARED_SECRET_MIN_CHARS: usize = 16;
const SHARED_SECRET_MAX_CHARS: usize = 4_096;

/// Fields of a channel; `None` leaves one.
#[derive(Debug, Clone, Default)]
pub struct ChannelFields {
    /// Its name.
    pub name: Option<String>,
    /// The origins that may use it.
    pub origins: Option<Vec<String>>,
    /// The colour; emptied, it is the default.
    pub color: Patch<String>,
    /// The greeting.
    pub greeting: Patch<String>,
    /// The language.
    pub locale: Patch<String>,
    /// Whether the assistant answers.
    pub has_assistant: Option<bool>,
    /// Whether visitors may ask for a person.
    pub handoff_enabled: Option<bool>,
    /// Words that ask for a person; empty inherits.
    pub handoff_words: Option<Vec<String>>,
    /// The longest message of a visitor; emptied, it is the server's setting.
    pub visitor_message_max_chars: Patch<i64>,
    /// Who issues the site's own tokens.
    pub issuer: Patch<IssuerFields>,
}

/// Who issues a site's own tokens, and what verifies them: keys at an address, or a shared secret.
#[derive(Debug, Clone)]
pub struct IssuerFields {
    /// The claim `iss`, exactly.
    pub issuer: String,
    /// What `aud` is or holds.
    pub audience: String,
    /// Where the public keys stand.
    pub jwks_url: Option<String>,
    /// The secret both sides know.
    pub shared_secret: Option<String>,
}

impl ChannelFields {
    /// The change to store, and the issuer's new shared secret.
    pub(super) fn check(
        self,
        gateway: &Gateway,
        http_is_allowed: impl Fn(&Url) -> bool,
    ) -> Result<(ChannelChange, Option<String>), ServiceError> {
        let mut shared_secret = None;
        let issuer = self.issuer.try_map(|issuer| {
            let (stored, secret) = issuer.check(gateway, http_is_allowed)?;
            shared_secret = secret;
            Ok::<_, ServiceError>(stored)
        })?;
        let color = self.color.value_or(|| DEFAULT_COLOR.to_owned());
        let greeting = self.greeting.value_or(String::new);
        let max_chars = self.visitor_message_max_chars.value_or(|| 0);
        let change = ChannelChange {
            name: self.name.map(|name| checks::name("name", &name)).transpose()?,
            origins: self.origins.map(|origins| checks::origins(&origins)).transpose()?,
            color: color.map(|color| checks::color(&color)).transpose()?,
            greeting: greeting.map(|text| checks::greeting(&text)).transpose()?,
            locale: self.locale.try_map(|locale| checks::locale(&locale))?,
            has_assistant: self.has_assistant,
            handoff_enabled: self.handoff_enabled,
            handoff_words: self.handoff_words.map(|words| checks::handoff_words(&words)).transpose()?,
            visitor_message_max_chars: max_chars.map(checks::visitor_message_max_chars).transpose()?,
            issuer,
        };
        Ok((change, shared_secret))
    }
}

type StoredIssuer = (String, String, Option<String>);

impl IssuerFields {
    fn check(
        self,
        gateway: &Gateway,
        http_is_allowed: impl Fn(&Url) -> bool,
    ) -> Result<(StoredIssuer, Option<String>), ServiceError> {
        let issuer = checks::short("issuer", &self.issuer, ISSUER_MAX_CHARS)?;
        let audience = checks::short("audience", &self.audience, ISSUER_MAX_CHARS)?;
        match (self.jwks_url, self.shared_secret) {
            (Some(url), None) => {
                let url = jwks_url(&url, gateway, http_is_allowed)?;
                Ok(((issuer, audience, Some(url)), None))
            }
            (None, Some(secret)) => {
                let length = secret.chars().count();
                if !(SHARED_SECRET_MIN_CHARS..=SHARED_SECRET_MAX_CHARS).contains(&length) {
                    return Err(ServiceError::bad_request("shared_secret must have 16 to 4096 characters"));
                }
                Ok(((issuer, audience, None), Some(secret)))
            }
            _ => Err(ServiceError::bad_request("an issuer has either jwks_url or shared_secret")),
        }
    }
}

fn jwks_url(
    text: &str,
    gateway: &Gateway,
    http_is_allowed: impl Fn(&Url) -> bool,
) -> Result<String, ServiceError> {
    let url = Url::parse(text).map_err(|_| ServiceError::bad_request("jwks_url is not a URL"))?;
    if url.scheme() != "https" && !http_is_allowed(&url) {
        return Err(ServiceError::bad_request("jwks_url must begin with https://"));
    }
    let refused = |error| ServiceError::bad_request(format!("jwks_url cannot be used: {error}"));
    gateway.check_url(&url, Trust::Org).map_err(refused)?;
    Ok(url.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;
    use crate::outbound::is_allowed_range;
    use crate::wire::ErrorCode;

    fn check(fields: ChannelFields) -> Result<(ChannelChange, Option<String>), ServiceError> {
        let ranges = ["127.0.0.0/8".parse().unwrap()];
        let settings = Settings { allow_private_ranges: ranges.to_vec(), ..Settings::defaults() };
        fields.check(&Gateway::new(&settings), |url| is_allowed_range(url, &ranges))
    }

    fn issued(jwks_url: Option<&str>, shared_secret: Option<&str>) -> ChannelFields {
        let issuer = IssuerFields {
            issuer: "https://issuer.example".to_owned(),
            audience: "shop".to_owned(),
            jwks_url: jwks_url.map(str::to_owned),
            shared_secret: shared_secret.map(str::to_owned),
        };
        ChannelFields { issuer: Patch::Set(issuer), ..ChannelFields::default() }
    }

    #[test]
    fn an_issuer_has_keys_at_an_address_or_a_secret_but_not_both() {
        assert!(check(issued(Some("https://issuer.example/jwks"), None)).is_ok());
        let (_, secret) = check(issued(None, Some("sixteen characters"))).unwrap();
        assert_eq!(secret.as_deref(), Some("sixteen characters"));

        for wrong in [
            issued(None, None),
            issued(Some("https://issuer.example/jwks"), Some("sixteen characters")),
            issued(None, Some("short")),
        ] {
            assert_eq!(check(wrong).unwrap_err().code(), ErrorCode::BadRequest);
        }
    }

    #[test]
    fn keys_come_over_https_or_from_an_allowed_range() {
        assert!(check(issued(Some("http://127.0.0.1:9000/jwks"), None)).is_ok());

        for wrong in ["http://issuer.example/jwks", "https://10.0.0.1/jwks", "ftp://127.0.0.1/", "nonsense"] {
            assert!(check(issued(Some(wrong), None)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_emptied_color_is_the_default_one() {
        let (change, _) = check(ChannelFields { color: Patch::Clear, ..ChannelFields::default() }).unwrap();

        assert_eq!(change.color.as_deref(), Some("#2f92ad"));
        assert_eq!(change.greeting, None);
    }
}
