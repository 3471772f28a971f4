//! Checks what proves an identity: a hash with a channel's secret, or a token of its issuer.

use super::claims;
use super::identity::{Identity, IdentityClaim, IdentityError, Issuer, IssuerKey};
use super::jwks::JwksCache;
use crate::clock::SharedClock;
use crate::crypto::{Secret, verify_hmac_hex};
use crate::outbound::Gateway;
use secrecy::ExposeSecret as _;

/// Accepts a claim whose user id was hashed with the channel's secret: lower-case hex of HMAC-SHA256.
pub fn verify_hash(secret: &Secret, claim: IdentityClaim, hash: &str) -> Result<Identity, IdentityError> {
    let key = secret.expose_secret().as_bytes();
    // Anybody could sign with an empty secret.
    if key.is_empty() || !verify_hmac_hex(key, claim.user_id.as_bytes(), hash) {
        return Err(IdentityError::WrongHash);
    }
    Identity::checked(claim, true)
}

/// Checks the tokens of sites.
#[derive(Debug, Clone)]
pub struct IdentityVerifier {
    keys: JwksCache,
}

impl IdentityVerifier {
    /// Fetches public keys through `gateway` and keeps them by the time of `clock`.
    pub fn new(gateway: Gateway, clock: SharedClock) -> Self {
        Self { keys: JwksCache::new(gateway, clock) }
    }

    /// Accepts a token that `issuer` signed for its audience and that is valid now.
    pub async fn verify_jwt(&self, issuer: &Issuer, token: &str) -> Result<Identity, IdentityError> {
        let head = claims::read_head(token)?;
        let key = match &issuer.key {
            IssuerKey::SharedSecret(secret) => claims::shared_key(secret, &head)?,
            IssuerKey::JwksUrl(url) => self.keys.find(url, &head).await?,
        };
        claims::verify(token, &key, issuer)
    }
}
