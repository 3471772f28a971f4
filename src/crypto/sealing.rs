//! Seals and opens one secret: `v1.<key id>.<nonce and ciphertext in base64url>`.

use super::error::CryptoError;
use super::keys::MasterKeys;
use super::master_key::{KEY_BYTE_COUNT, KeyId, MasterKey, Secret};
use crate::ids;
use aes_gcm::Aes256Gcm;
use aes_gcm::aead::{Aead as _, Key, KeyInit as _, Nonce, Payload};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::ExposeSecret as _;

const VERSION: &str = "v1";
/// 96 bits, new for every write: safe for four thousand million writes with one key.
const NONCE_BYTE_COUNT: usize = 12;

impl MasterKeys {
    /// Seals `plaintext` so that it opens only for the same org and field.
    pub fn seal(&self, org_id: &str, field: &str, plaintext: &str) -> String {
        let key = self.sealing_key();
        let nonce_bytes: [u8; NONCE_BYTE_COUNT] = ids::random_bytes();
        let associated = associated_data(&key.id, org_id, field);
        let payload = Payload { msg: plaintext.as_bytes(), aad: &associated };
        let ciphertext = cipher(&key)
            .encrypt(&Nonce::<Aes256Gcm>::from(nonce_bytes), payload)
            .expect("a plaintext in memory is far below the 64 GiB that GCM can seal");
        let body = [nonce_bytes.as_slice(), &ciphertext].concat();
        format!("{VERSION}.{}.{}", key.id, URL_SAFE_NO_PAD.encode(body))
    }

    /// Opens what was sealed for this org and field.
    pub fn open(&self, org_id: &str, field: &str, sealed: &str) -> Result<Secret, CryptoError> {
        let (key_id, body) = split(sealed).ok_or(CryptoError::NotSealed)?;
        let body = URL_SAFE_NO_PAD.decode(body).map_err(|_| CryptoError::NotSealed)?;
        let (nonce, ciphertext) =
            body.split_first_chunk::<NONCE_BYTE_COUNT>().ok_or(CryptoError::NotSealed)?;
        let key = self.opening_key(&key_id)?;
        let associated = associated_data(&key_id, org_id, field);
        let payload = Payload { msg: ciphertext, aad: &associated };
        let plaintext = cipher(&key)
            .decrypt(&Nonce::<Aes256Gcm>::from(*nonce), payload)
            .map_err(|_| CryptoError::DoesNotOpen)?;
        String::from_utf8(plaintext).map(Secret::from).map_err(|_| CryptoError::DoesNotOpen)
    }

    /// Tells whether a value was sealed by a key that is no longer current, or is not sealed at all.
    pub fn needs_reseal(&self, sealed: &str) -> bool {
        split(sealed).is_none_or(|(key_id, _)| key_id != self.current_key())
    }
}

/// The master key that a value was sealed with; `None` for what is not sealed.
#[must_use]
pub fn sealed_under(sealed: &str) -> Option<KeyId> {
    split(sealed).map(|(key_id, _)| key_id)
}

fn split(sealed: &str) -> Option<(KeyId, &str)> {
    let (key_id, body) = sealed.strip_prefix(VERSION)?.strip_prefix('.')?.split_once('.')?;
    Some((KeyId::parse(key_id)?, body))
}

/// Lengths stand before the parts, so that no two pairs of org and field give the same bytes.
fn associated_data(key_id: &KeyId, org_id: &str, field: &str) -> Vec<u8> {
    format!("switchboard {VERSION} {key_id} {}:{org_id} {}:{field}", org_id.len(), field.len()).into_bytes()
}

fn cipher(key: &MasterKey) -> Aes256Gcm {
    let bytes: &[u8; KEY_BYTE_COUNT] = key.bytes.expose_secret();
    Aes256Gcm::new(&Key::<Aes256Gcm>::from(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KEY: &str = "one:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";

    fn keys() -> MasterKeys {
        MasterKeys::load(Some(KEY), std::path::Path::new("unused")).unwrap()
    }

    #[test]
    fn a_sealed_value_names_its_version_and_key_and_hides_the_rest() {
        let sealed = keys().seal("org", "openai_key", "sk-canary");

        assert!(sealed.starts_with("v1.one."), "{sealed}");
        assert!(!sealed.contains("canary"));
    }

    #[test]
    fn every_write_has_its_own_nonce() {
        let keys = keys();

        assert_ne!(keys.seal("org", "field", "same"), keys.seal("org", "field", "same"));
    }

    #[test]
    fn another_org_or_field_does_not_open_it() {
        let keys = keys();
        let sealed = keys.seal("org-a", "field", "secret");

        assert!(matches!(keys.open("org-b", "field", &sealed), Err(CryptoError::DoesNotOpen)));
        assert!(matches!(keys.open("org-a", "other", &sealed), Err(CryptoError::DoesNotOpen)));
        assert!(matches!(keys.open("org-", "afield", &sealed), Err(CryptoError::DoesNotOpen)));
    }

    #[test]
    fn a_value_of_an_unknown_key_names_the_key() {
        let sealed = keys().seal("org", "field", "secret").replace("v1.one.", "v1.two.");

        let error = keys().open("org", "field", &sealed).unwrap_err();

        assert_eq!(error.to_string(), "sealed with master key two, which this server does not have");
    }

    #[test]
    fn what_is_not_sealed_is_refused() {
        for text in ["", "v1", "v1.one", "v1.one.", "v2.one.AAAA", "v1.one.!!", "v1.one.AAAA", "sk-plain"] {
            assert!(matches!(keys().open("org", "field", text), Err(CryptoError::NotSealed)), "{text}");
        }
    }

    #[test]
    fn rotation_keeps_old_values_readable_and_marks_them_for_sealing_again() {
        let dir = tempfile::tempdir().unwrap();
        let keys = MasterKeys::load(None, dir.path()).unwrap();
        let old = keys.seal("org", "field", "secret");
        assert!(!keys.needs_reseal(&old));

        keys.rotate_key().unwrap();

        assert!(keys.needs_reseal(&old));
        assert_eq!(keys.open("org", "field", &old).unwrap().expose_secret(), "secret");
        assert!(!keys.needs_reseal(&keys.seal("org", "field", "secret")));
        assert!(keys.needs_reseal("not sealed"));
    }

    #[test]
    fn a_running_server_opens_what_a_command_sealed_with_a_newer_key() {
        let dir = tempfile::tempdir().unwrap();
        let server = MasterKeys::load(None, dir.path()).unwrap();
        let command = MasterKeys::load(None, dir.path()).unwrap();
        command.rotate_key().unwrap();

        let sealed = command.seal("org", "field", "secret");

        assert_eq!(server.open("org", "field", &sealed).unwrap().expose_secret(), "secret");
        assert_eq!(server.current_key(), command.current_key());
    }

    proptest! {
        #[test]
        fn whatever_is_sealed_opens_again(org in ".{0,40}", field in ".{0,40}", text in ".{0,400}") {
            let keys = keys();

            let sealed = keys.seal(&org, &field, &text);

            let opened = keys.open(&org, &field, &sealed).unwrap();
            prop_assert_eq!(opened.expose_secret(), text.as_str());
        }

        #[test]
        fn one_changed_character_opens_nothing(at in any::<prop::sample::Index>(), to in "[A-Za-z0-9_-]") {
            let keys = keys();
            let sealed = keys.seal("org", "field", "a secret of some length");
            let at = "v1.one.".len() + at.index(sealed.len() - "v1.one.".len());
            let changed = format!("{}{to}{}", &sealed[..at], &sealed[at + 1..]);

            prop_assert!(changed == sealed || keys.open("org", "field", &changed).is_err());
        }

        #[test]
        fn any_text_is_opened_or_refused_without_a_panic(text in ".{0,80}") {
            prop_assert!(keys().open("org", "field", &text).is_err());
        }
    }
}
