//! Keeps secrets that must be read again: sealed with AES-256-GCM, bound to their org and field.
//!
//! `web_push` encrypts for browsers instead, whose keys it is given.
//! The master keys come from the environment or from a file beside the data.
//! What is sealed names its key, so that keys can be rotated; the first key seals, every key opens.

mod error;
mod hint;
mod keys;
mod mac;
mod master_file;
mod master_key;
mod overlap;
mod sealing;
mod web_push;

pub use error::CryptoError;
pub use hint::hint;
pub use keys::MasterKeys;
pub use mac::{hmac_sha256_hex, verify_hmac_hex};
pub use master_key::{KeyId, Secret};
pub use overlap::Overlap;
pub use sealing::sealed_under;
pub use web_push::{PUSH_MAX_BYTES, PushKeys, VapidKey};
