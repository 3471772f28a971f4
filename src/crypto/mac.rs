//! HMAC-SHA256 in lower-case hex, checked in constant time.

use crate::ids;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

/// Signs `message`.
pub fn hmac_sha256_hex(key: &[u8], message: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(message);
    ids::hex(&mac.finalize().into_bytes())
}

/// Tells whether `given` is the lower-case hex signature of `message`, in a time that does not tell how much of it is right.
pub fn verify_hmac_hex(key: &[u8], message: &[u8], given: &str) -> bool {
    hmac_sha256_hex(key, message).as_bytes().ct_eq(given.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test case 2.
    const KNOWN: &str = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";

    #[test]
    fn the_signature_is_the_one_of_rfc_4231() {
        assert_eq!(hmac_sha256_hex(b"Jefe", b"what do ya want for nothing?"), KNOWN);
        assert!(verify_hmac_hex(b"Jefe", b"what do ya want for nothing?", KNOWN));
    }

    #[test]
    fn another_key_message_length_or_case_is_refused() {
        let message = b"what do ya want for nothing?";

        assert!(!verify_hmac_hex(b"jefe", message, KNOWN));
        assert!(!verify_hmac_hex(b"Jefe", b"what do ya want?", KNOWN));
        assert!(!verify_hmac_hex(b"Jefe", message, &KNOWN[..63]));
        assert!(!verify_hmac_hex(b"Jefe", message, ""));
        assert!(!verify_hmac_hex(b"Jefe", message, &KNOWN.to_uppercase()));
    }
}
