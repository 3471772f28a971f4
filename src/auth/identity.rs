//! The identity a site asserts for a visitor, and why one is refused. A wrong proof is refused, never ignored.

use crate::crypto::Secret;
use crate::outbound::OutboundError;
use url::Url;

const USER_ID_MAX_CHARS: usize = 255;
pub(super) const NAME_MAX_CHARS: usize = 255;
/// The longest address mail can be sent to.
pub(super) const EMAIL_MAX_CHARS: usize = 254;

/// Who a site says a visitor is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IdentityClaim {
    /// The site's own id of this person.
    pub user_id: String,
    /// What to call them.
    pub name: Option<String>,
    /// Where to write to them.
    pub email: Option<String>,
}

/// Who a visitor is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The site's own id of this person, 1 to 255 characters.
    pub user_id: String,
    /// What to call them.
    pub name: Option<String>,
    /// Where to write to them.
    pub email: Option<String>,
    /// Whether the site proved the user id. Without a proof it must find nobody's conversations.
    pub verified: bool,
    /// Whether the proof covers name and address too, as a token does and a hash of the id does not.
    pub profile_verified: bool,
    /// When the proof ends, in milliseconds since 1970.
    pub expires_at_ms: Option<i64>,
}

/// Why an identity was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// A field is missing, too long or holds control characters.
    #[error("the identity's {field} is empty, too long or holds control characters")]
    BadField {
        /// Which.
        field: &'static str,
    },
    /// The hash was not made with the channel's secret for this user id.
    #[error("the hash is not the one of this user id")]
    WrongHash,
    /// The token is not one of this issuer, or not valid now.
    #[error("the token {reason}")]
    BadToken {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The keys of the issuer could not be fetched: nothing was decided, and the same token may be accepted later.
    #[error("could not fetch the keys of the issuer")]
    KeysUnavailable {
        /// Why.
        #[from]
        source: OutboundError,
    },
}

/// Whose tokens a channel accepts.
#[derive(Debug, Clone)]
pub struct Issuer {
    /// The claim `iss`, exactly.
    pub issuer: String,
    /// What the claim `aud` is or holds.
    pub audience: String,
    /// What the tokens are signed with.
    pub key: IssuerKey,
}

/// What an issuer signs with. The kind decides the algorithms, never the token.
#[derive(Debug, Clone)]
pub enum IssuerKey {
    /// HS256.
    SharedSecret(Secret),
    /// RS256, ES256 or EdDSA, by the public keys that stand there.
    JwksUrl(Url),
}

impl Identity {
    pub(super) fn checked(claim: IdentityClaim, verified: bool) -> Result<Self, IdentityError> {
        let user_id = check_text("user_id", claim.user_id, USER_ID_MAX_CHARS)?;
        let name = check_optional("name", claim.name, NAME_MAX_CHARS)?;
        let email = check_optional("email", claim.email, EMAIL_MAX_CHARS)?;
        Ok(Self { user_id, name, email, verified, profile_verified: false, expires_at_ms: None })
    }

    /// Refuses an identity that is somebody else than the page said beside the token.
    pub fn of_user(self, user_id: &str) -> Result<Self, IdentityError> {
        let other = IdentityError::BadToken { reason: "names another user than the page" };
        if self.user_id == user_id { Ok(self) } else { Err(other) }
    }
}

fn check_optional(
    field: &'static str,
    text: Option<String>,
    max_chars: usize,
) -> Result<Option<String>, IdentityError> {
    let given = text.filter(|text| !text.is_empty());
    given.map(|text| check_text(field, text, max_chars)).transpose()
}

fn check_text(field: &'static str, text: String, max_chars: usize) -> Result<String, IdentityError> {
    let fits = (1..=max_chars).contains(&text.chars().count());
    if fits && !text.chars().any(char::is_control) {
        Ok(text)
    } else {
        Err(IdentityError::BadField { field })
    }
}
