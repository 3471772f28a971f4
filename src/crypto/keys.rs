//! The master keys: where they come from, which one is current, how a new one is added.

use super::master_file::MasterFile;
use crate::ids;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use secrecy::{ExposeSecret as _, SecretBox};
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// A text that is never shown by `Debug` and is wiped from memory when dropped.
pub type Secret = secrecy::SecretString;

/// AES-256 takes 32 bytes.
pub(super) const KEY_BYTE_COUNT: usize = 32;
const KEY_ID_MAX_CHARS: usize = 32;

/// Why a secret could not be sealed, opened, or its key not loaded. No variant holds a secret.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say what the fields are")]
pub enum CryptoError {
    #[error("could not use the master key file {}", path.display())]
    File { path: PathBuf, source: std::io::Error },
    #[error("others can read the master key file {0}; run: chmod 600 {0}", path.display())]
    ReadableByOthers { path: PathBuf },
    #[error("{origin} holds no master key; give the base64 of 32 random bytes")]
    NoKey { origin: String },
    #[error("key {number} of {origin} is not `id:base64` or the base64 of 32 bytes")]
    BadKey { origin: String, number: usize },
    #[error("{origin} holds two keys with the id {key_id}")]
    SameId { origin: String, key_id: KeyId },
    #[error("the master keys come from SWITCHBOARD_MASTER_KEY; put the new key first in its list instead")]
    KeysFromEnvironment,
    #[error("sealed with master key {key_id}, which is not among the keys here")]
    UnknownKey { key_id: KeyId },
    #[error("not a sealed value")]
    NotSealed,
    #[error("sealed for another org or field, or damaged")]
    DoesNotOpen,
}

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
    fn random() -> Self {
        let bytes = ids::random_bytes();
        Self { id: KeyId::of(&bytes), bytes: SecretBox::new(Box::new(bytes)) }
    }

    fn parse(text: &str) -> Option<Self> {
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

/// Keys in their order: the first one seals, all of them open.
/// Invariant: at least one, and no two with the same id.
type KeyRing = Arc<[Arc<MasterKey>]>;

#[derive(Debug)]
enum Origin {
    Environment,
    File(MasterFile),
}

/// The keys that seal and open what the database must not hold in the clear.
#[derive(Debug)]
pub struct MasterKeys {
    origin: Origin,
    ring: Mutex<KeyRing>,
}

impl MasterKeys {
    /// Takes the keys from the value of `SWITCHBOARD_MASTER_KEY` where there is one, otherwise from `master.key` in the data directory, which it makes on first use.
    pub fn load(env_value: Option<&str>, data_dir: &Path) -> Result<Self, CryptoError> {
        if let Some(value) = env_value.filter(|value| !value.trim().is_empty()) {
            let ring = parse_ring(value.split(','), "SWITCHBOARD_MASTER_KEY")?;
            return Ok(Self { origin: Origin::Environment, ring: Mutex::new(ring) });
        }
        let file = MasterFile::in_directory(data_dir);
        if !file.exists() {
            file.create(&[Arc::new(MasterKey::random())])?;
        }
        let ring = read_ring(&file)?;
        Ok(Self { origin: Origin::File(file), ring: Mutex::new(ring) })
    }

    /// Adds a new key that seals from now on; what older keys sealed still opens.
    pub fn rotate_key(&self) -> Result<KeyId, CryptoError> {
        let Origin::File(file) = &self.origin else { return Err(CryptoError::KeysFromEnvironment) };
        let mut keys = vec![Arc::new(MasterKey::random())];
        keys.extend(read_ring(file)?.iter().cloned());
        file.replace(&keys)?;
        let id = keys[0].id.clone();
        self.set_ring(keys.into());
        Ok(id)
    }

    /// The key that seals now.
    pub fn current_key(&self) -> KeyId {
        self.ring()[0].id.clone()
    }

    pub(super) fn sealing_key(&self) -> Arc<MasterKey> {
        Arc::clone(&self.ring()[0])
    }

    /// Finds the key that sealed a value. The file is read again for an unknown one: a command beside the server may have rotated.
    pub(super) fn opening_key(&self, id: &KeyId) -> Result<Arc<MasterKey>, CryptoError> {
        if let Some(key) = find(&self.ring(), id) {
            return Ok(key);
        }
        if let Origin::File(file) = &self.origin {
            let ring = read_ring(file)?;
            let found = find(&ring, id);
            self.set_ring(ring);
            return found.ok_or_else(|| CryptoError::UnknownKey { key_id: id.clone() });
        }
        Err(CryptoError::UnknownKey { key_id: id.clone() })
    }

    fn ring(&self) -> KeyRing {
        Arc::clone(&self.ring.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn set_ring(&self, ring: KeyRing) {
        *self.ring.lock().unwrap_or_else(PoisonError::into_inner) = ring;
    }
}

fn find(ring: &KeyRing, id: &KeyId) -> Option<Arc<MasterKey>> {
    ring.iter().find(|key| key.id == *id).cloned()
}

fn read_ring(file: &MasterFile) -> Result<KeyRing, CryptoError> {
    let text = file.read()?;
    let lines = text.expose_secret().lines().filter(|line| !line.trim_start().starts_with('#'));
    parse_ring(lines, &file.path().display().to_string())
}

fn parse_ring<'a>(texts: impl Iterator<Item = &'a str>, origin: &str) -> Result<KeyRing, CryptoError> {
    let mut keys: Vec<Arc<MasterKey>> = Vec::new();
    for (index, text) in texts.map(str::trim).filter(|text| !text.is_empty()).enumerate() {
        let bad = || CryptoError::BadKey { origin: origin.to_owned(), number: index + 1 };
        let key = MasterKey::parse(text).ok_or_else(bad)?;
        if keys.iter().any(|other| other.id == key.id) {
            return Err(CryptoError::SameId { origin: origin.to_owned(), key_id: key.id });
        }
        keys.push(Arc::new(key));
    }
    if keys.is_empty() {
        return Err(CryptoError::NoKey { origin: origin.to_owned() });
    }
    Ok(keys.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    const KEY_A: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    const KEY_B: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";

    #[test]
    fn the_first_start_makes_a_key_file_that_only_its_owner_reads() {
        let dir = tempfile::tempdir().unwrap();

        let first = MasterKeys::load(None, dir.path()).unwrap();

        let mode = fs::metadata(dir.path().join("master.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let second = MasterKeys::load(None, dir.path()).unwrap();
        assert_eq!(first.current_key(), second.current_key());
    }

    #[test]
    fn a_key_file_that_others_can_read_is_refused_with_the_remedy() {
        let dir = tempfile::tempdir().unwrap();
        MasterKeys::load(None, dir.path()).unwrap();
        let path = dir.path().join("master.key");
        for mode in [0o640, 0o604, 0o620] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();

            let error = MasterKeys::load(None, dir.path()).unwrap_err();

            assert!(error.to_string().contains("chmod 600"), "{error}");
        }
    }

    #[test]
    fn the_environment_wins_over_the_file_and_makes_none() {
        let dir = tempfile::tempdir().unwrap();

        let keys = MasterKeys::load(Some(&format!("new:{KEY_A}, {KEY_B}")), dir.path()).unwrap();

        assert_eq!(keys.current_key(), KeyId("new".to_owned()));
        assert!(!dir.path().join("master.key").exists());
        assert!(matches!(keys.rotate_key(), Err(CryptoError::KeysFromEnvironment)));
    }

    #[test]
    fn a_bad_key_is_refused_without_showing_it() {
        let dir = tempfile::tempdir().unwrap();
        let too_short = "c2VjcmV0LXNlY3JldA==";

        for value in [too_short, "not base64!", "bad id:AAAA", &format!("{KEY_A},{too_short}"), ","] {
            let error = MasterKeys::load(Some(value), dir.path()).unwrap_err();

            assert!(!format!("{error} {error:?}").contains(too_short));
        }
    }

    #[test]
    fn two_keys_with_one_id_are_refused() {
        let dir = tempfile::tempdir().unwrap();

        let error = MasterKeys::load(Some(&format!("a:{KEY_A},a:{KEY_B}")), dir.path()).unwrap_err();

        assert!(matches!(error, CryptoError::SameId { .. }));
    }

    #[test]
    fn a_rotated_key_is_current_and_survives_a_restart() {
        let dir = tempfile::tempdir().unwrap();
        let keys = MasterKeys::load(None, dir.path()).unwrap();
        let old = keys.current_key();

        let new = keys.rotate_key().unwrap();

        assert_ne!(old, new);
        assert_eq!(keys.current_key(), new);
        let reloaded = MasterKeys::load(None, dir.path()).unwrap();
        assert_eq!(reloaded.current_key(), new);
        assert!(reloaded.opening_key(&old).is_ok());
    }

    #[test]
    fn debug_output_shows_no_key() {
        let dir = tempfile::tempdir().unwrap();
        let keys = MasterKeys::load(Some(&format!("a:{KEY_B}")), dir.path()).unwrap();

        let shown = format!("{keys:?}");

        assert!(!shown.contains(KEY_B) && !shown.contains("[1, 1"), "{shown}");
    }
}
