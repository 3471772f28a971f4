//! Parses an issuer's public keys and keeps those fit for verification.

use super::token_head::TokenHead;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use std::fmt;

/// Issuers publish two or three; more than this is a mistake.
const KEYS_MAX: usize = 100;
/// Shorter RSA keys can be broken.
const RSA_MODULUS_MIN_BYTES: usize = 256;

/// A key and the one algorithm it verifies.
#[derive(Clone)]
pub(super) struct VerifyingKey {
    pub(super) algorithm: Algorithm,
    pub(super) key: DecodingKey,
}

/// The public keys of an issuer.
#[derive(Debug, Default)]
pub(super) struct KeySet {
    keys: Vec<PublicKey>,
}

struct PublicKey {
    id: Option<String>,
    verifying: VerifyingKey,
}

/// Keys are read one by one, so that one of a kind nobody knows does not spoil the others.
#[derive(Deserialize)]
pub(super) struct PublishedKeys {
    keys: Vec<serde_json::Value>,
}

impl KeySet {
    /// Keeps the keys that are fit: RSA of 2048 bits or more, P-256 and Ed25519, for signatures.
    pub(super) fn read(published: PublishedKeys) -> Self {
        let jwks = published.keys.into_iter().take(KEYS_MAX);
        let jwks = jwks.filter_map(|jwk| serde_json::from_value::<Jwk>(jwk).ok());
        Self { keys: jwks.filter_map(|jwk| PublicKey::read(&jwk)).collect() }
    }

    /// The key a token names. A token that names none is accepted where there is only one of its algorithm.
    pub(super) fn find(&self, head: &TokenHead) -> Option<VerifyingKey> {
        let mut fitting = self.keys.iter().filter(|key| key.verifying.algorithm == head.algorithm);
        match &head.key_id {
            Some(id) => fitting.find(|key| key.id.as_ref() == Some(id)),
            None => fitting.next().filter(|_| fitting.next().is_none()),
        }
        .map(|key| key.verifying.clone())
    }
}

impl PublicKey {
    fn read(jwk: &Jwk) -> Option<Self> {
        let (algorithm, name) = match &jwk.algorithm {
            AlgorithmParameters::RSA(rsa) if modulus_byte_count(&rsa.n)? >= RSA_MODULUS_MIN_BYTES => {
                (Algorithm::RS256, KeyAlgorithm::RS256)
            }
            AlgorithmParameters::EllipticCurve(ec) if ec.curve == EllipticCurve::P256 => {
                (Algorithm::ES256, KeyAlgorithm::ES256)
            }
            AlgorithmParameters::OctetKeyPair(pair) if pair.curve == EllipticCurve::Ed25519 => {
                (Algorithm::EdDSA, KeyAlgorithm::EdDSA)
            }
            // A symmetric key that is published is no secret.
            _ => return None,
        };
        let is_for_signatures =
            jwk.common.public_key_use.as_ref().is_none_or(|named| *named == PublicKeyUse::Signature);
        let is_for_algorithm = jwk.common.key_algorithm.is_none_or(|named| named == name);
        if !is_for_signatures || !is_for_algorithm {
            return None;
        }
        let key = DecodingKey::from_jwk(jwk).ok()?;
        Some(Self { id: jwk.common.key_id.clone(), verifying: VerifyingKey { algorithm, key } })
    }
}

fn modulus_byte_count(modulus: &str) -> Option<usize> {
    let bytes = URL_SAFE_NO_PAD.decode(modulus).ok()?;
    Some(bytes.iter().skip_while(|byte| **byte == 0).count())
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({:?})", self.algorithm)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({:?}, {:?})", self.id, self.verifying)
    }
}
