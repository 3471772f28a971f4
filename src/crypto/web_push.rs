//! What a push service needs of a sender: messages encrypted for one browser (RFC 8291 over RFC 8188), and the signed
//! token that says whose they are (VAPID, RFC 8292).

use aes_gcm::Aes128Gcm;
use aes_gcm::aead::{Aead as _, Key, KeyInit as _, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hkdf::Hkdf;
use p256::ecdh::diffie_hellman;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use p256::elliptic_curve::sec1::ToEncodedPoint as _;
use p256::{PublicKey, SecretKey};
use sha2::Sha256;

use super::master_key::Secret;
use crate::ids;

const SALT_BYTE_COUNT: usize = 16;
const AUTH_BYTE_COUNT: usize = 16;
const KEY_BYTE_COUNT: usize = 32;
/// An uncompressed point of P-256.
const POINT_BYTE_COUNT: usize = 65;
/// One record holds all of a message.
const RECORD_BYTE_COUNT: u32 = 4_096;
/// Bytes of a message that every push service takes: 4,096 without header, tag and padding.
pub const PUSH_MAX_BYTES: usize = 3_993;
/// Ends the last record.
const LAST_RECORD: u8 = 2;

/// The keys of a browser's subscription, to which messages are encrypted.
#[derive(Debug, Clone)]
pub struct PushKeys {
    public: PublicKey,
    auth: [u8; AUTH_BYTE_COUNT],
}

impl PushKeys {
    /// The keys as a browser gives them, in base64url; `None` for what is no key.
    #[must_use]
    pub fn parse(p256dh: &str, auth: &str) -> Option<Self> {
        let point = decode(p256dh)?;
        if point.len() != POINT_BYTE_COUNT {
            return None;
        }
        let public = PublicKey::from_sec1_bytes(&point).ok()?;
        Some(Self { public, auth: decode(auth)?.try_into().ok()? })
    }

    /// Encrypts a message so that only the browser of these keys reads it; `None` where it is too long.
    #[must_use]
    pub fn encrypt(&self, message: &[u8]) -> Option<Vec<u8>> {
        self.encrypt_with(message, &random_key(), ids::random_bytes())
    }

    fn encrypt_with(
        &self,
        message: &[u8],
        sender: &SecretKey,
        salt: [u8; SALT_BYTE_COUNT],
    ) -> Option<Vec<u8>> {
        if message.len() > PUSH_MAX_BYTES {
            return None;
        }
        let sender_point = sender.public_key().to_encoded_point(false);
        let own_point = self.public.to_encoded_point(false);
        let shared = diffie_hellman(sender.to_nonzero_scalar(), self.public.as_affine());
        let info = [b"WebPush: info\0", own_point.as_bytes(), sender_point.as_bytes()].concat();
        let input: [u8; 32] = expand(&self.auth, shared.raw_secret_bytes(), &info);
        let key: [u8; 16] = expand(&salt, &input, b"Content-Encoding: aes128gcm\0");
        let nonce: [u8; 12] = expand(&salt, &input, b"Content-Encoding: nonce\0");
        let padded = [message, &[LAST_RECORD]].concat();
        let sealed = Aes128Gcm::new(&Key::<Aes128Gcm>::from(key))
            .encrypt(&Nonce::<Aes128Gcm>::from(nonce), padded.as_slice())
            .expect("a message is far below the 64 GiB that GCM can seal");
        let point_length = [u8::try_from(POINT_BYTE_COUNT).expect("a point is short")];
        let record = RECORD_BYTE_COUNT.to_be_bytes();
        Some([&salt[..], &record, &point_length, sender_point.as_bytes(), &sealed].concat())
    }
}

/// The key by which push services know this server, for one org.
pub struct VapidKey(SecretKey);

impl std::fmt::Debug for VapidKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("VapidKey")
    }
}

impl VapidKey {
    /// A new key.
    #[must_use]
    pub fn random() -> Self {
        Self(random_key())
    }

    /// The key of a text that [`Self::to_secret`] gave.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        SecretKey::from_slice(&decode(text)?).ok().map(Self)
    }

    /// The key as a text, to be sealed.
    #[must_use]
    pub fn to_secret(&self) -> Secret {
        Secret::from(URL_SAFE_NO_PAD.encode(self.0.to_bytes()))
    }

    /// What browsers subscribe with.
    #[must_use]
    pub fn public(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0.public_key().to_encoded_point(false).as_bytes())
    }

    /// The `Authorization` of a message to the push service at `audience`, an origin, until a moment in seconds since
    /// 1970; `subject` is how its operator reaches this server's.
    #[must_use]
    pub fn authorization(&self, audience: &str, expires_at_s: i64, subject: &str) -> String {
        let header = URL_SAFE_NO_PAD.encode(br#"{"typ":"JWT","alg":"ES256"}"#);
        let claims = serde_json::json!({ "aud": audience, "exp": expires_at_s, "sub": subject });
        let signed = format!("{header}.{}", URL_SAFE_NO_PAD.encode(claims.to_string()));
        let signature: Signature = SigningKey::from(&self.0).sign(signed.as_bytes());
        format!("vapid t={signed}.{}, k={}", URL_SAFE_NO_PAD.encode(signature.to_bytes()), self.public())
    }
}

fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()
}

/// Nearly every number of 256 bits is a key; the others are none for anybody.
fn random_key() -> SecretKey {
    loop {
        let bytes: [u8; KEY_BYTE_COUNT] = ids::random_bytes();
        if let Ok(key) = SecretKey::from_slice(&bytes) {
            return key;
        }
    }
}

fn expand<const N: usize>(salt: &[u8], input: &[u8], info: &[u8]) -> [u8; N] {
    let mut output = [0_u8; N];
    Hkdf::<Sha256>::new(Some(salt), input)
        .expand(info, &mut output)
        .expect("less is asked for than SHA-256 can give");
    output
}

#[cfg(test)]
mod tests {
    use p256::ecdsa::VerifyingKey;
    use p256::ecdsa::signature::Verifier as _;

    use super::*;

    // RFC 8291, appendix A.
    const MESSAGE: &[u8] = b"When I grow up, I want to be a watermelon";
    const SENDER_PRIVATE: &str = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw";
    const P256DH: &str =
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";
    const SALT: &str = "DGv6ra1nlYgDCS1FRnbzlw";
    const ENCRYPTED: &str = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";

    #[test]
    fn a_message_is_encrypted_as_in_the_example_of_rfc_8291() {
        let keys = PushKeys::parse(P256DH, AUTH).unwrap();
        let sender = SecretKey::from_slice(&decode(SENDER_PRIVATE).unwrap()).unwrap();
        let salt = decode(SALT).unwrap().try_into().unwrap();

        let encrypted = keys.encrypt_with(MESSAGE, &sender, salt).unwrap();

        assert_eq!(URL_SAFE_NO_PAD.encode(encrypted), ENCRYPTED);
    }

    #[test]
    fn every_message_has_its_own_key_and_none_is_longer_than_services_take() {
        let keys = PushKeys::parse(P256DH, AUTH).unwrap();

        assert_ne!(keys.encrypt(MESSAGE), keys.encrypt(MESSAGE));
        let longest = keys.encrypt(&vec![b'x'; PUSH_MAX_BYTES]).unwrap();
        assert_eq!(longest.len(), 4_096);
        assert_eq!(keys.encrypt(&vec![b'x'; PUSH_MAX_BYTES + 1]), None);
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let infinity = URL_SAFE_NO_PAD.encode([0_u8; POINT_BYTE_COUNT]);
        let off_curve = URL_SAFE_NO_PAD.encode([[4_u8; 1].as_slice(), &[7_u8; 64]].concat());
        for (point, auth) in
            [(infinity.as_str(), AUTH), (&off_curve, AUTH), (P256DH, "AA"), ("*", AUTH), ("", "")]
        {
            assert!(PushKeys::parse(point, auth).is_none(), "{point} {auth}");
        }
        assert!(PushKeys::parse(&format!("{P256DH}="), &format!("{AUTH}==")).is_some(), "with padding");
    }

    #[test]
    fn the_authorization_is_signed_by_the_key_that_it_names() {
        let key = VapidKey::random();
        let again = VapidKey::parse(secrecy::ExposeSecret::expose_secret(&key.to_secret())).unwrap();
        assert_eq!(key.public(), again.public());

        let said = key.authorization("https://push.example", 1_800_000_000, "https://chat.example");

        let (token, public) = said.strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
        assert_eq!(public, key.public());
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let claims: serde_json::Value =
            serde_json::from_slice(&decode(signed.split_once('.').unwrap().1).unwrap()).unwrap();
        assert_eq!(claims["aud"], "https://push.example");
        let verifying = VerifyingKey::from_sec1_bytes(&decode(public).unwrap()).unwrap();
        let signature = Signature::from_slice(&decode(signature).unwrap()).unwrap();
        assert!(verifying.verify(signed.as_bytes(), &signature).is_ok());
        assert!(verifying.verify(b"else", &signature).is_err());
    }
}
