//! Generates ids and random tokens. All randomness of the server comes from here.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::TryRng as _;
use rand::rngs::SysRng;
use sha2::{Digest as _, Sha256};
use std::fmt;

/// Prefix of a visitor's token.
pub const VISITOR_TOKEN: &str = "sbv_";
/// Prefix of an agent's login session.
pub const AGENT_SESSION: &str = "sba_";
/// Prefix of the one-use ticket that opens an agent's socket.
pub const SOCKET_TICKET: &str = "sbk_";
/// Prefix of an API token.
pub const API_TOKEN: &str = "sbt_";
/// Prefix of what a right password is answered with where a code is needed too.
pub const SECOND_STEP: &str = "sbf_";
/// Prefix of a link that sets a password.
pub const PASSWORD_LINK: &str = "sbp_";
/// Prefix of the first run's setup link.
pub const SETUP_LINK: &str = "sbs_";
/// Prefix of a secret that webhooks and tools are signed with.
pub const WEBHOOK_SECRET: &str = "whs_";
/// Prefix of what opens the socket of a call, once.
pub const CALL_TICKET: &str = "sbc_";
/// Prefix of a channel key, which is public: it stands in the page of the site.
pub const CHANNEL_KEY: &str = "swk_";

/// Every prefix a token of ours can have; the log masks what starts with one of them.
pub const TOKEN_PREFIXES: [&str; 10] = [
    VISITOR_TOKEN,
    AGENT_SESSION,
    SOCKET_TICKET,
    API_TOKEN,
    SECOND_STEP,
    PASSWORD_LINK,
    SETUP_LINK,
    WEBHOOK_SECRET,
    CALL_TICKET,
    CHANNEL_KEY,
];

/// 256 bits: nobody guesses one, so a fast hash is enough to store it.
const TOKEN_BYTE_COUNT: usize = 32;

/// A freshly made token, shown to its owner once; the database keeps only its hash.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// The token itself, to be handed to its owner.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What the database stores instead of the token.
    pub fn hash(&self) -> String {
        hash_token(&self.0)
    }

    /// Gives the token away, to be handed to its owner.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// Makes an id: a UUID of version 7, which sorts by time in both databases.
pub fn new_id() -> String {
    new_uuid().to_string()
}

/// Makes an id as [`new_id`] does, for callers that keep it as a number.
#[expect(clippy::disallowed_methods, reason = "this is where the server makes its ids")]
pub fn new_uuid() -> uuid::Uuid {
    uuid::Uuid::now_v7()
}

/// Makes an id of 128 bits, ordered by time, for conversations, entries, calls and tickets.
pub fn new_number() -> u128 {
    new_uuid().as_u128()
}

/// Makes a token of 256 random bits behind `prefix`, in base64url without padding.
pub fn random_token(prefix: &str) -> Token {
    let bytes: [u8; TOKEN_BYTE_COUNT] = random_bytes();
    Token(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes)))
}

/// Fills an array from the operating system's random source.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0_u8; N];
    SysRng.try_fill_bytes(&mut bytes).expect("the operating system always has random bytes");
    bytes
}

/// Hashes a token for storing and looking up: SHA-256 in lower-case hex.
pub fn hash_token(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

/// Writes bytes in lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits =
        bytes.iter().flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
    digits.map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn ids_are_unique_and_sort_by_time() {
        let ids: Vec<String> = (0..1_000).map(|_| new_id()).collect();

        assert!(ids.is_sorted());
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len());
        assert_eq!(uuid::Uuid::parse_str(&ids[0]).unwrap().get_version_num(), 7);
    }

    #[test]
    fn a_token_carries_its_prefix_and_256_bits() {
        let token = random_token(VISITOR_TOKEN);

        let encoded = token.expose().strip_prefix("sbv_").unwrap();
        assert_eq!(URL_SAFE_NO_PAD.decode(encoded).unwrap().len(), 32);
    }

    #[test]
    fn two_tokens_differ() {
        assert_ne!(random_token(API_TOKEN), random_token(API_TOKEN));
    }

    #[test]
    fn a_token_is_stored_as_its_sha_256() {
        assert_eq!(hash_token("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        let token = random_token(API_TOKEN);
        assert_eq!(token.hash(), hash_token(token.expose()));
    }

    #[test]
    fn a_token_does_not_show_in_debug_output() {
        let token = random_token(SETUP_LINK);

        assert!(!format!("{token:?}").contains(token.expose()));
    }
}
