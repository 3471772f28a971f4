//! Parses a site's identity token: the header, which names the key, and the verified claims.

use super::identity::{EMAIL_MAX_CHARS, Identity, IdentityClaim, IdentityError, Issuer, NAME_MAX_CHARS};
use super::public_key::VerifyingKey;
use super::token_head::TokenHead;
use crate::crypto::Secret;
use jsonwebtoken::dangerous::insecure_decode_claims;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header, get_current_timestamp};
use secrecy::ExposeSecret as _;
use serde::Deserialize;
use serde_json::Value;

/// Tokens with every claim Firebase allows have about 2 KiB.
const TOKEN_MAX_BYTES: usize = 8_192;
/// Tolerated clock skew of the issuer.
const LEEWAY_S: u64 = 60;

/// Issuer, audience and times are checked by the library before these are looked at.
#[derive(Deserialize)]
struct Claims {
    /// The library also takes a list, which no issuer is.
    iss: String,
    sub: Value,
    exp: f64,
    // What is optional is read as leniently as issuers write it: an odd claim is left out, not the person.
    #[serde(default)]
    iat: Value,
    #[serde(default)]
    name: Value,
    #[serde(default)]
    email: Value,
    #[serde(default)]
    email_verified: Value,
}

impl Claims {
    /// The subject: a text (RFC 7519 section 4.1.2), or the whole number that some issuers write.
    fn subject(&self) -> Option<String> {
        match &self.sub {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) if number.is_u64() || number.is_i64() => Some(number.to_string()),
            _ => None,
        }
    }

    /// The address, unless the issuer says that it has not proven it, or says something odd of that: it would let a
    /// visitor pass for somebody else in an agent's eyes.
    fn proven_email(&self) -> Option<String> {
        let is_proven = match &self.email_verified {
            Value::Null => true,
            Value::Bool(is_proven) => *is_proven,
            Value::String(text) => text.eq_ignore_ascii_case("true") || text == "1",
            Value::Number(number) => number.as_f64() == Some(1.0),
            Value::Array(_) | Value::Object(_) => false,
        };
        self.email.as_str().filter(|_| is_proven).and_then(|email| one_line(email, EMAIL_MAX_CHARS))
    }
}

/// A text on one line without control characters; `None` where nothing is left, or it is longer than `max_chars`.
fn one_line(text: &str, max_chars: usize) -> Option<String> {
    let plain: String = text.chars().map(|char| if char.is_control() { ' ' } else { char }).collect();
    let words = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    (1..=max_chars).contains(&words.chars().count()).then_some(words)
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
    // The token is not verified yet, and storage refuses NUL.
    (!origin.iss.contains('\0')).then_some((origin.iss, audiences))
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
    // The subject is checked below: the library accepts only a string.
    validation.set_required_spec_claims(&["exp", "iss", "aud"]);
    let claims =
        decode::<Claims>(token, &key.key, &validation).map_err(|error| reason_of(error.kind()))?.claims;
    if claims.iss != issuer.issuer {
        return Err(bad("is of another issuer"));
    }
    if claims.iat.as_f64().is_some_and(|issued_at| issued_at > (get_current_timestamp() + LEEWAY_S) as f64) {
        return Err(bad("was issued in the future"));
    }
    let user_id = claims.subject().ok_or_else(|| bad("lacks one of exp, iss, aud and sub"))?;
    let name = claims.name.as_str().and_then(|name| one_line(name, NAME_MAX_CHARS));
    let claim = IdentityClaim { user_id, name, email: claims.proven_email() };
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the conversion saturates, and a time so far off never comes"
    )]
    let expires_at_ms = ((claims.exp + LEEWAY_S as f64) * 1_000.0) as i64;
    Ok(Identity {
        profile_verified: true,
        expires_at_ms: Some(expires_at_ms),
        ..Identity::checked(claim, true)?
    })
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
