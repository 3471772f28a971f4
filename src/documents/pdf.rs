//! Whether a file is a PDF and nothing else: its header and its end, read from the outside.

use super::DocumentError;
use super::archive;

const HEADER: &[u8] = b"%PDF-";
const END: &[u8] = b"%%EOF";
/// Readers look for the end of a PDF in so many last bytes.
const TAIL_BYTES: usize = 1_024;

/// Whether a file begins as a PDF does, at its first byte: what stands before a header is something else.
pub(super) fn begins(bytes: &[u8]) -> bool {
    bytes.starts_with(HEADER)
}

/// Whether it also ends as one, with nothing behind it.
pub(super) fn check(bytes: &[u8]) -> Result<(), DocumentError> {
    let version = bytes.get(HEADER.len()..HEADER.len() + 3).ok_or(DocumentError::Malformed)?;
    let [b'1' | b'2', b'.', minor] = version else { return Err(DocumentError::Malformed) };
    if !minor.is_ascii_digit() {
        return Err(DocumentError::Malformed);
    }
    let tail = &bytes[bytes.len().saturating_sub(TAIL_BYTES)..];
    let end = tail.windows(END.len()).rposition(|window| window == END).ok_or(DocumentError::Malformed)?;
    let is_padding = |byte: &u8| byte.is_ascii_whitespace() || *byte == 0;
    if !tail[end + END.len()..].iter().all(is_padding) {
        return Err(DocumentError::Malformed);
    }
    // An archive may keep this end in its comment.
    if archive::has_end(bytes) {
        return Err(DocumentError::Malformed);
    }
    Ok(())
}
