//! Reads a site's token: its head, which names the key, and its claims, once the signature is right.

use super::identity::{Identity, IdentityClaim, IdentityError, Issuer};
use super::public_key::VerifyingKey;
use crate::crypto::Secret;
use jsonwebtoken::dangerous::insecure_decode_claims;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header, get_current_timestamp};
use secrecy::ExposeSecret as _;
use serde::Deserialize;

/// Tokens with every claim Firebase allows have about 2 KiB.
const TOKEN_MAX_BYTES: usize = 8_192;
/// How far the issuer's clock may be off.
const LEEWAY_S: u64 = 60;

/// What a token says of the key it was signed with. Not believed: it only chooses among the issuer's keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TokenHead {
    pub(super) algorithm: Algorithm,
    pub(super) key_id: Option<String>,
}

/// Issuer, audience and times are checked by the library before these are looked at.
#[derive(Deserialize)]
struct Claims {
    /// The library also takes a list, which no issuer is.
    iss: String,
    sub: String,
    #[serde(default)]
    iat: Option<f64>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    email_verified: Option<bool>,
}

#[derive(Deserialize)]
struct Origin {
    iss: String,
    aud: Audiences,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audiences {
    One(String),
    Many(Vec<String>),
}

fn bad(reason: &'static str) -> IdentityError {
    IdentityError::BadToken { reason }
}

/// Reads issuer and audiences of a token without checking anything, to find the channel that may check it.
pub fn peek_issuer(token: &str) -> Option<(String, Vec<String>)> {
    if token.len() > TOKEN_MAX_BYTES {
        return None;
    }
    let origin: Origin = insecure_decode_claims(token).ok()?;
    let audiences = match origin.aud {
        Audiences::One(audience) => vec![audience],
        Audiences::Many(audiences) => audiences,
    };
    Some((origin.iss, audiences))
}

/// Reads the head. An unsigned token (`alg: none`) has no algorithm the library knows and ends here.
pub(super) fn read_head(token: &str) -> Result<TokenHead, IdentityError> {
    if token.len() > TOKEN_MAX_BYTES {
        return Err(bad("is too long"));
    }
    let header = decode_header(token).map_err(|_| bad("is not a signed JWT"))?;
    if header.crit.is_some() {
        return Err(bad("asks for extensions nobody here knows"));
    }
    Ok(TokenHead { algorithm: header.alg, key_id: header.kid })
}

/// The key of an issuer that shares a secret: for HS256 and nothing else.
pub(super) fn shared_key(secret: &Secret, head: &TokenHead) -> Result<VerifyingKey, IdentityError> {
    let secret = secret.expose_secret().as_bytes();
    if head.algorithm != Algorithm::HS256 || secret.is_empty() {
        return Err(bad("is not signed the way of its issuer"));
    }
    Ok(VerifyingKey { algorithm: Algorithm::HS256, key: DecodingKey::from_secret(secret) })
}

/// Checks signature, issuer, audience and times, then reads who the visitor is.
pub(super) fn verify(token: &str, key: &VerifyingKey, issuer: &Issuer) -> Result<Identity, IdentityError> {
    let mut validation = Validation::new(key.algorithm);
    validation.leeway = LEEWAY_S;
    validation.validate_nbf = true;
    validation.set_issuer(&[&issuer.issuer]);
    validation.set_audience(&[&issuer.audience]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    let claims =
        decode::<Claims>(token, &key.key, &validation).map_err(|error| reason_of(error.kind()))?.claims;
    if claims.iss != issuer.issuer {
        return Err(bad("is of another issuer"));
    }
    if claims.iat.is_some_and(|issued_at| issued_at > (get_current_timestamp() + LEEWAY_S) as f64) {
        return Err(bad("was issued in the future"));
    }
    // An address the issuer itself has not proven would let a visitor pass for somebody else in an agent's eyes.
    let email = claims.email.filter(|_| claims.email_verified != Some(false));
    Identity::checked(IdentityClaim { user_id: claims.sub, name: claims.name, email }, true)
}

fn reason_of(error: &ErrorKind) -> IdentityError {
    bad(match error {
        ErrorKind::ExpiredSignature => "has expired",
        ErrorKind::ImmatureSignature => "is not valid yet",
        ErrorKind::InvalidIssuer => "is of another issuer",
        ErrorKind::InvalidAudience => "is for another audience",
        ErrorKind::InvalidSignature => "is signed with another key",
        ErrorKind::InvalidAlgorithm => "is not signed the way of its issuer",
        ErrorKind::MissingRequiredClaim(_) => "lacks one of exp, iss, aud and sub",
        _ => "is not a valid JWT",
    })
}
