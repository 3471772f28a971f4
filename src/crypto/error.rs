//! Why a secret could not be sealed or opened, or its key not loaded.

use super::master_key::KeyId;
use std::path::PathBuf;

/// Why a secret could not be sealed, opened, or its key not loaded. No variant holds a secret.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say what the fields are")]
pub enum CryptoError {
    #[error("could not use the master key file {}", path.display())]
    File { path: PathBuf, source: std::io::Error },
    #[error("others can read the master key file {0}; run: chmod 600 {0}", path.display())]
    ReadableByOthers { path: PathBuf },
    #[error("{origin} contains no master key; provide the base64 of 32 random bytes")]
    NoKey { origin: String },
    #[error("key {number} of {origin} is not `id:base64` or the base64 of 32 bytes")]
    BadKey { origin: String, number: usize },
    #[error("{origin} contains two keys with the id {key_id}")]
    SameId { origin: String, key_id: KeyId },
    #[error("the master keys come from SWITCHBOARD_MASTER_KEY; put the new key first in its list instead")]
    KeysFromEnvironment,
    #[error("sealed with master key {key_id}, which this server does not have")]
    UnknownKey { key_id: KeyId },
    #[error("not a sealed value")]
    NotSealed,
    #[error("sealed for another org or field, or damaged")]
    DoesNotOpen,
}
