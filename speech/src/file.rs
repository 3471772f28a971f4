//! The file format of models: named parts in sequence, read once from start to end.

use std::io::{Read, Write};

use crate::LoadError;

/// The first bytes of a file; the number changes with its layout.
const MAGIC: &[u8; 21] = b"switchboard speech 1\n";
/// Maximum size of a part; the largest is the table of a recogniser's tokens, at 53 MB.
pub(crate) const PART_MAX_BYTES: u64 = 64 * 1024 * 1024;
/// The largest model has 227 parts.
const PARTS_MAX: u32 = 512;

/// Writes parts in the order in which they come.
#[derive(Debug)]
pub(crate) struct Writer<W: Write> {
    into: W,
}

impl<W: Write> Writer<W> {
    pub(crate) fn begin(mut into: W, part_count: usize) -> Result<Self, LoadError> {
        let count = u32::try_from(part_count).ok().filter(|count| *count <= PARTS_MAX);
        into.write_all(MAGIC)?;
        into.write_all(&count.ok_or(LoadError::Damaged("it has too many parts"))?.to_le_bytes())?;
        Ok(Self { into })
    }

    pub(crate) fn part(&mut self, name: &str, bytes: &[u8]) -> Result<(), LoadError> {
        let name_length = u8::try_from(name.len()).map_err(|_| LoadError::Damaged("a name is too long"))?;
        let length = bytes.len() as u64;
        if length > PART_MAX_BYTES {
            return Err(LoadError::Damaged("a part is too large"));
        }
        self.into.write_all(&[name_length])?;
        self.into.write_all(name.as_bytes())?;
        self.into.write_all(&length.to_le_bytes())?;
        Ok(self.into.write_all(bytes)?)
    }

    pub(crate) fn finish(mut self) -> Result<(), LoadError> {
        Ok(self.into.flush()?)
    }
}

/// Gives every part of a file to `take`, one after the other, so that never two of them are in memory.
pub(crate) fn read_parts(
    mut from: impl Read,
    mut take: impl FnMut(String, Vec<u8>) -> Result<(), LoadError>,
) -> Result<(), LoadError> {
    if bytes::<21>(&mut from)? != *MAGIC {
        return Err(LoadError::Damaged("it is not a model, or one of another release"));
    }
    let count = u32::from_le_bytes(bytes(&mut from)?);
    if count > PARTS_MAX {
        return Err(LoadError::Damaged("it has too many parts"));
    }
    for _ in 0..count {
        let [name_length] = bytes(&mut from)?;
        let mut name = vec![0; usize::from(name_length)];
        from.read_exact(&mut name)?;
        let name = String::from_utf8(name).map_err(|_| LoadError::Damaged("a name is not UTF-8"))?;
        let length = u64::from_le_bytes(bytes(&mut from)?);
        if length > PART_MAX_BYTES {
            return Err(LoadError::Damaged("a part is too large"));
        }
        // The length is only a claim: memory grows with what is really there.
        let mut part = Vec::new();
        if (&mut from).take(length).read_to_end(&mut part)? as u64 != length {
            return Err(LoadError::Damaged("it breaks off"));
        }
        take(name, part)?;
    }
    Ok(())
}

fn bytes<const N: usize>(from: &mut impl Read) -> Result<[u8; N], LoadError> {
    let mut bytes = [0; N];
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parts(bytes: &[u8]) -> Result<Vec<(String, Vec<u8>)>, LoadError> {
        let mut parts = Vec::new();
        read_parts(bytes, |name, part| {
            parts.push((name, part));
            Ok(())
        })?;
        Ok(parts)
    }

    #[test]
    fn parts_come_back_as_they_were_written() {
        let mut file = Vec::new();
        let mut writer = Writer::begin(&mut file, 2).unwrap();
        writer.part("first", b"one").unwrap();
        writer.part("second", b"").unwrap();
        writer.finish().unwrap();

        assert_eq!(
            parts(&file).unwrap(),
            [("first".to_owned(), b"one".to_vec()), ("second".to_owned(), Vec::new())]
        );
        for end in 0..file.len() {
            assert!(parts(&file[..end]).is_err(), "cut at {end}");
        }
    }

    #[test]
    fn a_file_that_lies_is_refused() {
        let with = |rest: &[u8]| [&MAGIC[..], rest].concat();

        assert!(parts(b"").is_err());
        assert!(parts(b"switchboard speech 2\n\0\0\0\0").is_err());
        assert!(parts(&with(&u32::MAX.to_le_bytes())).is_err());
        assert!(parts(&with(b"\x01\0\0\0\x01\xff\0\0\0\0\0\0\0\0")).is_err(), "a name that is not UTF-8");
        assert!(parts(&with(b"\x01\0\0\0\x01a\0\0\0\x03\0\0\0\0")).is_err(), "shorter than it says");
        assert!(parts(&with(b"\x01\0\0\0\x01a\xff\xff\xff\xff\xff\xff\xff\xff")).is_err(), "too large");
    }

    proptest! {
        #[test]
        fn whatever_follows_the_magic_no_more_is_read_than_is_there(rest: Vec<u8>) {
            let file = [&MAGIC[..], &rest].concat();

            if let Ok(parts) = parts(&file) {
                prop_assert!(parts.iter().map(|(name, part)| name.len() + part.len()).sum::<usize>() <= rest.len());
            }
        }
    }
}
