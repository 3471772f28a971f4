//! The master keys: where they come from, which one is current, how a new one is added.

use super::error::CryptoError;
use super::master_file::MasterFile;
use super::master_key::{KeyId, MasterKey};
use secrecy::ExposeSecret as _;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

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

    /// The ids of all keys, the current one first.
    pub fn ids(&self) -> Vec<KeyId> {
        self.ring().iter().map(|key| key.id.clone()).collect()
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

        assert_eq!(keys.current_key(), KeyId::parse("new").unwrap());
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
