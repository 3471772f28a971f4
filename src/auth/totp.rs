//! Codes of two-step sign-in: those an authenticator app shows (TOTP, RFC 6238), and recovery codes on paper.
//!
//! A code is matched to its step; that no step is accepted twice is up to whoever stores the newest one.

use qrcode::QrCode;
use qrcode::render::svg;
use totp_rs::{Builder, Secret, Totp};

use crate::ids;

/// What apps show beside the address.
const ISSUER: &str = "Switchboard";
/// 160 bits, as RFC 4226 recommends.
const KEY_BYTES: usize = 20;
/// Steps before and after the present one whose codes are accepted: clocks differ, and people type slowly.
const SKEW_STEPS: u16 = 1;
const STEP_S: u64 = 30;
const DIGITS: usize = 6;
/// The side of a module of the picture, in pixels.
const MODULE_PX: u32 = 4;

/// How many recovery codes a member has at first.
const RECOVERY_CODE_COUNT: usize = 10;
/// 80 random bits, so that the hash of one gives nothing away.
const RECOVERY_BYTES: usize = 15;
const RECOVERY_CHARS: usize = 24;
const BASE32: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// The key that an authenticator app and the server share.
#[derive(Debug)]
pub struct TotpKey(Secret);

/// A code as somebody typed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypedCode {
    /// Six digits of an app.
    App(String),
    /// A recovery code, in the one spelling that is hashed.
    Recovery(String),
}

impl TotpKey {
    /// A new key.
    #[must_use]
    pub fn random() -> Self {
        Self(Secret::from(ids::random_bytes::<KEY_BYTES>()))
    }

    /// The key in base32, as it is stored (sealed) and typed into apps.
    #[must_use]
    pub fn to_base32(&self) -> String {
        self.0.to_base32()
    }

    /// A key in base32.
    #[must_use]
    pub fn from_base32(text: &str) -> Option<Self> {
        Secret::try_from_base32(text).ok().filter(|secret| secret.as_bytes().len() == KEY_BYTES).map(Self)
    }

    /// The step to which a code belongs, where it is of the step at `now_s`, the one before or the one after.
    #[must_use]
    pub fn step_of(&self, code: &str, now_s: u64) -> Option<u64> {
        self.totp("").check(code, now_s)
    }

    /// The code that an app shows at a time.
    #[must_use]
    pub fn code_at(&self, at_s: u64) -> String {
        self.totp("").generate(at_s).to_string()
    }

    /// The address that an app reads from a QR code.
    #[must_use]
    pub fn uri(&self, account: &str) -> String {
        // A colon divides issuer and account there.
        self.totp(&account.replace(':', " ")).to_url().expect("an account and an issuer without a colon")
    }

    fn totp(&self, account: &str) -> Totp {
        Builder::new()
            .with_secret(self.0.clone())
            .with_skew(SKEW_STEPS)
            .with_step_duration(STEP_S)
            .with_issuer(Some(ISSUER))
            .with_account_name(account)
            .build()
            .expect("six digits, a key of 160 bits and names without a colon")
    }
}

/// The picture of a QR code, as SVG.
#[must_use]
pub fn qr_svg(text: &str) -> String {
    let code = QrCode::new(text).expect("an otpauth address is far below the 2,953 bytes that a code holds");
    code.render::<svg::Color<'_>>().module_dimensions(MODULE_PX, MODULE_PX).build()
}

/// New recovery codes, such as `abcd-efgh-ijkl-mnop-qrst-uvwx`: 120 random bits, so that a plain hash of one is enough (ASVS 6.5.2).
#[must_use]
pub fn recovery_codes() -> Vec<String> {
    (0..RECOVERY_CODE_COUNT).map(|_| recovery_code(ids::random_bytes())).collect()
}

fn recovery_code(bytes: [u8; RECOVERY_BYTES]) -> String {
    let bits = bytes.iter().fold(0_u128, |bits, byte| (bits << 8) | u128::from(*byte));
    let digit = |place: usize| char::from(BASE32[(bits >> (5 * place)) as usize & 31]);
    let digits: Vec<char> = (0..RECOVERY_CHARS).map(digit).collect();
    digits.chunks(4).map(|chunk| chunk.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

impl TypedCode {
    /// What somebody typed; spaces, hyphens and capitals do not matter. Anything but six digits is a recovery code.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let plain: String = text
            .chars()
            .filter(|one| !one.is_whitespace() && *one != '-')
            .flat_map(char::to_lowercase)
            .take(RECOVERY_CHARS + 1)
            .collect();
        let is_of_app = plain.len() == DIGITS && plain.bytes().all(|byte| byte.is_ascii_digit());
        if is_of_app { Self::App(plain) } else { Self::Recovery(plain) }
    }

    /// The hash under which a recovery code is stored.
    #[must_use]
    pub fn hash_of_recovery(code: &str) -> String {
        match Self::parse(code) {
            Self::App(plain) | Self::Recovery(plain) => ids::hash_token(&plain),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B: the key `12345678901234567890`.
    fn key() -> TotpKey {
        TotpKey::from_base32("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap()
    }

    #[test]
    fn codes_are_those_of_rfc_6238() {
        for (at_s, code) in [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924")] {
            assert_eq!(key().code_at(at_s), code);
            assert_eq!(key().step_of(code, at_s), Some(at_s / 30));
        }
    }

    #[test]
    fn a_code_is_accepted_one_step_early_or_late_and_no_further() {
        let (now, code) = (1_111_111_109_u64, "081804");
        for steps in [-1_i64, 0, 1] {
            assert_eq!(key().step_of(code, now.saturating_add_signed(steps * 30)), Some(now / 30), "{steps}");
        }
        assert_eq!(key().step_of(code, now + 60), None);
        assert_eq!(key().step_of(code, now - 60), None);
        assert_eq!(key().step_of("81804", now), None);
        assert_eq!(key().step_of("", now), None);
    }

    #[test]
    fn a_key_is_stored_and_read_as_base32_and_never_printed() {
        let key = TotpKey::random();
        let text = key.to_base32();

        assert_eq!(TotpKey::from_base32(&text).unwrap().code_at(59), key.code_at(59));
        assert!(!format!("{key:?}").contains(&text));
        assert!(TotpKey::from_base32("GEZDGNBV").is_none(), "too short");
    }

    #[test]
    fn the_address_for_apps_names_issuer_account_and_key() {
        let uri = key().uri("a:na@example.com");

        assert!(uri.starts_with("otpauth://totp/Switchboard:a%20na%40example.com?"), "{uri}");
        assert!(
            uri.contains("secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ") && uri.contains("issuer=Switchboard")
        );
        let svg = qr_svg(&uri);
        assert!(svg.contains("<svg") && !svg.contains("href"), "{svg}");
    }

    #[test]
    fn recovery_codes_differ_and_are_read_however_they_are_typed() {
        let codes = recovery_codes();
        let distinct: std::collections::HashSet<_> = codes.iter().collect();
        assert_eq!(distinct.len(), RECOVERY_CODE_COUNT);
        let code = &codes[0];
        assert!(code.len() == 29 && code.split('-').all(|part| part.len() == 4), "{code}");

        let typed = TypedCode::parse(&format!(" {} ", code.to_uppercase().replace('-', " ")));
        assert_eq!(typed, TypedCode::Recovery(code.replace('-', "")));
        assert_eq!(TypedCode::hash_of_recovery(code), ids::hash_token(&code.replace('-', "")));
        assert_eq!(TypedCode::parse("12 34-56"), TypedCode::App("123456".to_owned()));
        assert!(
            matches!(TypedCode::parse(&"x".repeat(10_000)), TypedCode::Recovery(text) if text.len() == 25)
        );
    }
}
