//! The directory of a ZIP archive, read strictly: an archive that two programs could read differently is refused.

use std::collections::HashSet;

use super::DocumentError;

const LOCAL: &[u8; 4] = b"PK\x03\x04";
const CENTRAL: &[u8; 4] = b"PK\x01\x02";
const END: &[u8; 4] = b"PK\x05\x06";
const END_BYTES: usize = 22;
const LOCAL_BYTES: usize = 30;
const CENTRAL_BYTES: usize = 46;
/// The longest comment that an archive can have.
const COMMENT_MAX_BYTES: usize = 65_535;
/// Most parts of an archive: real documents have hundreds.
const PARTS_MAX: usize = 10_000;
/// What all parts together may unpack into.
const UNPACKED_MAX_BYTES: u64 = 512 * 1_024 * 1_024;
/// How many times its size an archive may unpack into; tables of the same number pack well.
const RATIO_MAX: u64 = 200;
/// Below this an archive may unpack into what it likes.
const RATIO_FREE_BYTES: u64 = 16 * 1_024 * 1_024;
/// Encryption of any sort (bits 0, 6 and 13), and patches (bit 5).
const REFUSED_FLAGS: u16 = 1 | 1 << 5 | 1 << 6 | 1 << 13;

/// A part of an archive.
#[derive(Debug)]
pub(super) struct Part<'a> {
    pub(super) name: &'a str,
    /// Its bytes as they stand in the archive.
    pub(super) packed: &'a [u8],
    /// Whether they stand there as they are.
    pub(super) is_stored: bool,
    offset: usize,
    end: usize,
}

/// Whether a file begins as an archive does, also an empty one.
pub(super) fn begins(bytes: &[u8]) -> bool {
    bytes.starts_with(LOCAL) || bytes.starts_with(END)
}

/// Whether the end of an archive stands at the end of these bytes, with a comment or without.
pub(super) fn has_end(bytes: &[u8]) -> bool {
    let from = bytes.len().saturating_sub(END_BYTES + COMMENT_MAX_BYTES);
    (from..bytes.len().saturating_sub(END_BYTES - 1)).any(|at| {
        let comment_bytes = || u16_at(bytes, at + 20).map(usize::from);
        bytes[at..].starts_with(END) && comment_bytes() == Some(bytes.len() - at - END_BYTES)
    })
}

/// The parts of an archive in the order of its bytes; it begins at the first byte and ends at the last.
pub(super) fn parts(bytes: &[u8]) -> Result<Vec<Part<'_>>, DocumentError> {
    let directory = Directory::of(bytes)?;
    let mut parts = Vec::with_capacity(directory.count);
    let mut names = HashSet::with_capacity(directory.count);
    let (mut at, mut unpacked) = (directory.from, 0_u64);
    for _ in 0..directory.count {
        let (part, next, size) = central_part(bytes, at, directory.from)?;
        unpacked = unpacked.saturating_add(size);
        if !names.insert(part.name.to_ascii_lowercase()) {
            return Err(DocumentError::Malformed);
        }
        parts.push(part);
        at = next;
    }
    if at != directory.until {
        return Err(DocumentError::Malformed);
    }
    let may_be = (bytes.len() as u64).saturating_mul(RATIO_MAX).max(RATIO_FREE_BYTES);
    if unpacked > UNPACKED_MAX_BYTES || unpacked > may_be {
        return Err(DocumentError::Bomb);
    }
    parts.sort_unstable_by_key(|part| part.offset);
    // Parts that share their bytes unpack into more than is there.
    if parts.first().is_none_or(|first| first.offset != 0)
        || parts.windows(2).any(|pair| pair[0].end > pair[1].offset)
    {
        return Err(DocumentError::Malformed);
    }
    Ok(parts)
}

/// Where the directory stands.
struct Directory {
    from: usize,
    until: usize,
    count: usize,
}

impl Directory {
    /// The directory right before an end without a comment, at the very end of the file.
    fn of(bytes: &[u8]) -> Result<Self, DocumentError> {
        let until = bytes.len().checked_sub(END_BYTES).ok_or(DocumentError::Malformed)?;
        let end = &bytes[until..];
        let field = |at| u16_at(end, at).ok_or(DocumentError::Malformed);
        let is_one_disk = field(4)? == 0 && field(6)? == 0 && field(8)? == field(10)?;
        if !end.starts_with(END) || !is_one_disk || field(20)? != 0 {
            return Err(DocumentError::Malformed);
        }
        let (size, from) = (u32_at(end, 12), u32_at(end, 16));
        let (size, from) = size.zip(from).ok_or(DocumentError::Malformed)?;
        let count = usize::from(field(10)?);
        // Larger archives have their directory elsewhere; no document here is that large.
        if count == 0 || count > PARTS_MAX || from.checked_add(size) != Some(until) {
            return Err(DocumentError::Malformed);
        }
        Ok(Self { from, until, count })
    }
}

/// A part by its entry in the directory, where the next entry begins, and what it unpacks into.
fn central_part(
    bytes: &[u8],
    at: usize,
    parts_until: usize,
) -> Result<(Part<'_>, usize, u64), DocumentError> {
    let entry = bytes.get(at..at + CENTRAL_BYTES).ok_or(DocumentError::Malformed)?;
    let short = |at| u16_at(entry, at).map(usize::from).ok_or(DocumentError::Malformed);
    let long = |at| u32_at(entry, at).ok_or(DocumentError::Malformed);
    if !entry.starts_with(CENTRAL) {
        return Err(DocumentError::Malformed);
    }
    if u16_at(entry, 8).is_none_or(|flags| flags & REFUSED_FLAGS != 0) {
        return Err(DocumentError::Encrypted);
    }
    let method = short(10)?;
    let (packed_bytes, unpacked_bytes) = (long(20)?, long(24)?);
    if !matches!(method, 0 | 8) || (method == 0 && packed_bytes != unpacked_bytes) {
        return Err(DocumentError::Malformed);
    }
    let (name_bytes, extra_bytes, comment_bytes) = (short(28)?, short(30)?, short(32)?);
    let name_at = at + CENTRAL_BYTES;
    let raw_name = bytes.get(name_at..name_at + name_bytes).ok_or(DocumentError::Malformed)?;
    let name = std::str::from_utf8(raw_name).map_err(|_| DocumentError::Malformed)?;
    if !is_plain_name(name) {
        return Err(DocumentError::Malformed);
    }
    let offset = long(42)?;
    let local = bytes.get(offset..offset + LOCAL_BYTES).ok_or(DocumentError::Malformed)?;
    let local_name_bytes = u16_at(local, 26).map(usize::from).ok_or(DocumentError::Malformed)?;
    let local_extra_bytes = u16_at(local, 28).map(usize::from).ok_or(DocumentError::Malformed)?;
    let local_name = bytes.get(offset + LOCAL_BYTES..offset + LOCAL_BYTES + local_name_bytes);
    // What the directory says and what stands before the part itself must be one and the same.
    let is_same = local.starts_with(LOCAL)
        && local_name == Some(raw_name)
        && u16_at(local, 8).map(usize::from) == Some(method)
        && u16_at(local, 6).is_some_and(|flags| flags & REFUSED_FLAGS == 0);
    let from = offset + LOCAL_BYTES + local_name_bytes + local_extra_bytes;
    let end = from.checked_add(packed_bytes).filter(|end| *end <= parts_until);
    let end = end.filter(|_| is_same).ok_or(DocumentError::Malformed)?;
    let part = Part { name, packed: &bytes[from..end], is_stored: method == 0, offset, end };
    let next = name_at + name_bytes + extra_bytes + comment_bytes;
    Ok((part, next, unpacked_bytes as u64))
}

/// A name that stays within its archive.
fn is_plain_name(name: &str) -> bool {
    let is_plain = !name.is_empty() && !name.starts_with('/') && !name.contains(['\\', '\0', ':']);
    is_plain && name.split('/').all(|part| part != "..")
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<usize> {
    let number = u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?);
    usize::try_from(number).ok()
}
