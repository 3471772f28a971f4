//! Keeps secrets that must be read again: sealed with AES-256-GCM, bound to their org and field.
//!
//! The master keys come from the environment or from a file beside the data.
//! What is sealed names its key, so that keys can be rotated; the first key seals, every key opens.

mod hint;
mod keys;
mod mac;
mod master_file;
mod sealing;

pub use hint::hint;
pub use keys::{CryptoError, KeyId, MasterKeys, Secret};
pub use mac::{hmac_sha256_hex, verify_hmac_hex};
