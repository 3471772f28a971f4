//! One master key and its id.

use crate::ids;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use secrecy::{ExposeSecret as _, SecretBox};
use sha2::{Digest as _, Sha256};
use std::fmt;

/// A text that is never shown by `Debug` and is wiped from memory when dropped.
pub type Secret = secrecy::SecretString;

/// AES-256 takes 32 bytes.
pub(super) const KEY_BYTE_COUNT: usize = 32;

const KEY_ID_MAX_CHARS: usize = 32;

/// Names a master key inside what it sealed. Not a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyId(String);

impl KeyId {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
        let fits = (1..=KEY_ID_MAX_CHARS).contains(&text.len());
        (plain && fits).then(|| Self(text.to_owned()))
    }

    /// The id of a key that was given without one: eight hex digits of a hash, the same at every start.
    fn of(key: &[u8; KEY_BYTE_COUNT]) -> Self {
        let hash = Sha256::new().chain_update(b"switchboard key id").chain_update(key).finalize();
        Self(ids::hex(&hash[..4]))
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One master key and its id.
#[derive(Debug)]
pub(super) struct MasterKey {
    pub(super) id: KeyId,
    pub(super) bytes: SecretBox<[u8; KEY_BYTE_COUNT]>,
}

impl MasterKey {
    pub(super) fn random() -> Self {
        let bytes = ids::random_bytes();
        Self { id: KeyId::of(&bytes), bytes: SecretBox::new(Box::new(bytes)) }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        let (given_id, encoded) = match text.split_once(':') {
            Some((id, encoded)) => (Some(KeyId::parse(id.trim())?), encoded.trim()),
            None => (None, text),
        };
        let decoded = STANDARD.decode(encoded).or_else(|_| STANDARD_NO_PAD.decode(encoded)).ok()?;
        let bytes: [u8; KEY_BYTE_COUNT] = decoded.try_into().ok()?;
        let id = given_id.unwrap_or_else(|| KeyId::of(&bytes));
        Some(Self { id, bytes: SecretBox::new(Box::new(bytes)) })
    }

    pub(super) fn to_line(&self) -> Secret {
        Secret::from(format!("{}:{}", self.id, STANDARD.encode(self.bytes.expose_secret())))
    }
}
