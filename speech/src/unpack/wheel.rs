//! Entries of a wheel, which is a zip archive.

use std::io::{Read, Seek};

use zip::ZipArchive;

use crate::LoadError;

/// The bytes of an entry; an error when it is missing or larger than `max_bytes`, whatever the archive says of it.
pub(super) fn entry(
    archive: &mut ZipArchive<impl Read + Seek>,
    name: &str,
    max_bytes: u64,
) -> Result<Vec<u8>, LoadError> {
    let mut bytes = Vec::new();
    archive.by_name(name)?.take(max_bytes + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > max_bytes {
        return Err(LoadError::Damaged("an entry of the package is too large"));
    }
    Ok(bytes)
}
