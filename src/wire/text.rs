//! Rejects text that storage cannot round-trip (NUL, lone surrogates) before anything else reads it.

use std::borrow::Cow;

/// Why a JSON text is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextFault {
    /// It holds `\u0000`.
    Nul,
    /// It holds half of a surrogate pair.
    LoneSurrogate,
}

impl TextFault {
    /// The words for the client.
    #[must_use]
    pub fn message(self) -> &'static str {
        match self {
            Self::Nul => "text must not hold NUL characters",
            Self::LoneSurrogate => "text must not hold lone surrogates",
        }
    }
}

/// A text of a provider without NUL, which PostgreSQL stores in no text: a model's slip must not cost its answer.
pub(crate) fn without_nul(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { Cow::Owned(text.replace('\0', "")) } else { Cow::Borrowed(text) }
}

/// Looks for NUL and lone surrogates among the escapes of a JSON text, in keys and values alike.
///
/// Raw control characters are no valid JSON and raw surrogates no valid UTF-8, so escapes are all there is
/// to look at. One pass; a text without a backslash costs one search for it.
///
/// # Errors
/// The first fault found.
pub fn check_json_text(json: &str) -> Result<(), TextFault> {
    let bytes = json.as_bytes();
    let mut at = 0;
    let mut high_ends_at = None;
    while let Some(offset) = bytes[at..].iter().position(|byte| *byte == b'\\') {
        let start = at + offset;
        if high_ends_at.is_some_and(|end| end != start) {
            return Err(TextFault::LoneSurrogate);
        }
        let Some(unit) = escaped_unit(bytes, start) else {
            if high_ends_at.is_some() {
                return Err(TextFault::LoneSurrogate);
            }
            at = (start + 2).min(bytes.len());
            continue;
        };
        at = start + 6;
        high_ends_at = match (unit, high_ends_at) {
            (0, _) => return Err(TextFault::Nul),
            (0xDC00..=0xDFFF, Some(_)) => None,
            (0xDC00..=0xDFFF, None) | (_, Some(_)) => return Err(TextFault::LoneSurrogate),
            (0xD800..=0xDBFF, None) => Some(at),
            (_, None) => None,
        };
    }
    if high_ends_at.is_some() { Err(TextFault::LoneSurrogate) } else { Ok(()) }
}

/// The UTF-16 unit of a `\uXXXX` escape that begins at `start`.
fn escaped_unit(bytes: &[u8], start: usize) -> Option<u16> {
    if bytes.get(start + 1) != Some(&b'u') {
        return None;
    }
    let digits = std::str::from_utf8(bytes.get(start + 2..start + 6)?).ok()?;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nul_and_lone_surrogates_are_found_among_escapes() {
        for (json, fault) in [
            (r#""a\u0000b""#, TextFault::Nul),
            (r#""\ud83d""#, TextFault::LoneSurrogate),
            (r#""\ud83d x""#, TextFault::LoneSurrogate),
            (r#""\ud83d\n""#, TextFault::LoneSurrogate),
            (r#""\ud83d\ud83d\ude00""#, TextFault::LoneSurrogate),
            (r#""\ude00""#, TextFault::LoneSurrogate),
            (r#"{"\u0000":1}"#, TextFault::Nul),
        ] {
            assert_eq!(check_json_text(json), Err(fault), "{json}");
        }
    }

    #[test]
    fn everything_else_passes() {
        for json in [
            r#""\ud83d\ude00""#,
            r#""\\u0000""#,
            r#""\\\\ud83d""#,
            r#""\u2028\n\"""#,
            "\"🙂 שלום\"",
            "\"\\",
            "",
        ] {
            assert_eq!(check_json_text(json), Ok(()), "{json}");
        }
    }

    proptest! {
        #[test]
        fn it_agrees_with_a_full_decoder(units in prop::collection::vec(prop_oneof![
            Just("\\ud83d"), Just("\\ude00"), Just("\\\\"), Just("u0041"), Just("x"), Just("\\n"), Just("\\u00e9"),
        ], 0..12)) {
            let json = format!("\"{}\"", units.concat());
            let decodes = serde_json::from_str::<String>(&json).is_ok();
            prop_assert_eq!(check_json_text(&json).is_ok(), decodes, "{}", json);
        }
    }
}
