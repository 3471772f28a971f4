//! Whether a file is plain text: in UTF-8, in UTF-16 with its mark, or in an older encoding of one byte a character.

use super::DocumentError;

/// How a text begins that browsers and office programs take for markup or a program, whatever it is called.
const MARKUP: &[&str] = &[
    "<!doctype",
    "<!--",
    "<html",
    "<head",
    "<body",
    "<script",
    "<iframe",
    "<svg",
    "<img",
    "<table",
    "<style",
    "<title",
    "<div",
    "<font",
    "<br",
    "<p",
    "<h1",
    "<a ",
    "<?xml",
    "<?php",
    "<%",
    "#!",
];
/// Space in front of it does not change what it is.
const LOOKED_AT_BYTES: usize = 1_024;

/// Whether it is.
pub(super) fn check(bytes: &[u8]) -> Result<(), DocumentError> {
    match bytes {
        [0xFF, 0xFE, units @ ..] => return check_utf16(units, u16::from_le_bytes),
        [0xFE, 0xFF, units @ ..] => return check_utf16(units, u16::from_be_bytes),
        _ => {}
    }
    let is_text = match std::str::from_utf8(bytes) {
        Ok(text) => text.chars().all(is_printable),
        Err(_) => bytes.iter().all(|byte| is_printable(char::from(*byte)) || *byte >= 0x80),
    };
    if !is_text {
        return Err(DocumentError::Unknown);
    }
    if looks_like_markup(bytes) { Err(DocumentError::Unknown) } else { Ok(()) }
}

fn check_utf16(bytes: &[u8], read: fn([u8; 2]) -> u16) -> Result<(), DocumentError> {
    let (pairs, left) = bytes.as_chunks::<2>();
    let mut decoded = char::decode_utf16(pairs.iter().map(|pair| read(*pair)));
    let is_text = decoded.all(|character| character.is_ok_and(is_printable));
    if left.is_empty() && is_text { Ok(()) } else { Err(DocumentError::Unknown) }
}

/// Whether a character may stand in a text: no control characters but those that lay it out.
fn is_printable(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | '\u{c}') || !character.is_control() || character >= '\u{80}'
}

fn looks_like_markup(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(LOOKED_AT_BYTES)];
    let start = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start);
    let start = String::from_utf8_lossy(start.trim_ascii_start()).to_ascii_lowercase();
    MARKUP.iter().any(|markup| start.starts_with(markup))
}
