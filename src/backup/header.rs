//! Headers of tar archives (POSIX ustar), of plain files only. A header that is not written exactly so is refused, so
//! links, devices, extensions and second names need no rules of their own.

use super::error::BackupError;

/// A block of a tar archive.
pub(super) const BLOCK: usize = 512;
/// An archive ends with two empty blocks.
pub(super) const END: [u8; 2 * BLOCK] = [0; 2 * BLOCK];
/// Eleven octal digits.
pub(super) const PART_MAX_BYTES: u64 = 0o77_777_777_777;
const NAME_MAX_BYTES: usize = 100;

/// What a header says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) name: String,
    pub(super) bytes: u64,
    /// In seconds since 1970.
    pub(super) modified_at: u64,
}

impl Header {
    /// The header as a block.
    ///
    /// # Errors
    /// When the name or the size does not fit into one.
    pub(super) fn encode(&self) -> Result<[u8; BLOCK], BackupError> {
        let fits = self.name.len() <= NAME_MAX_BYTES
            && self.bytes <= PART_MAX_BYTES
            && self.modified_at <= PART_MAX_BYTES;
        if !fits {
            return Err(BackupError::untrue(format!("{} has {} bytes", self.name, self.bytes)));
        }
        let mut block = [0; BLOCK];
        block[..self.name.len()].copy_from_slice(self.name.as_bytes());
        for (at, text) in [
            (100, "0000600".to_owned()),
            (108, "0000000".to_owned()),
            (116, "0000000".to_owned()),
            (124, format!("{:011o}", self.bytes)),
            (136, format!("{:011o}", self.modified_at)),
            (148, "        ".to_owned()),
            (156, "0".to_owned()),
            (257, "ustar\x0000".to_owned()),
        ] {
            block[at..at + text.len()].copy_from_slice(text.as_bytes());
        }
        let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
        block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        Ok(block)
    }

    /// What a block says.
    ///
    /// # Errors
    /// When it is not written as [`Header::encode`] writes it.
    pub(super) fn decode(block: &[u8; BLOCK]) -> Result<Self, BackupError> {
        let refused = || BackupError::untrue("a header of a part is not one that a backup has");
        let text = |from: usize, to: usize| {
            let field = &block[from..to];
            let end = field.iter().position(|byte| *byte == 0).unwrap_or(field.len());
            std::str::from_utf8(&field[..end]).map_err(|_| refused())
        };
        let number = |from, to| u64::from_str_radix(text(from, to)?, 8).map_err(|_| refused());
        let header = Self {
            name: text(0, NAME_MAX_BYTES)?.to_owned(),
            bytes: number(124, 136)?,
            modified_at: number(136, 148)?,
        };
        if header.encode()? == *block { Ok(header) } else { Err(refused()) }
    }
}

/// The empty bytes behind a part of so many.
pub(super) fn padding(bytes: u64) -> usize {
    let over = usize::try_from(bytes % BLOCK as u64).expect("less than a block");
    if over == 0 { 0 } else { BLOCK - over }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> Header {
        Header { name: "backup.json".into(), bytes: 1_234, modified_at: 1_800_000_000 }
    }

    #[test]
    fn a_header_is_read_as_it_was_written() {
        assert_eq!(Header::decode(&header().encode().unwrap()).unwrap(), header());
        assert_eq!((padding(0), padding(1), padding(512), padding(513)), (0, 511, 0, 511));
    }

    #[test]
    fn no_other_bit_may_differ() {
        let block = header().encode().unwrap();
        for bit in 0..BLOCK * 8 {
            let mut changed = block;
            changed[bit / 8] ^= 1 << (bit % 8);

            assert!(Header::decode(&changed).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn links_are_refused_also_with_a_right_sum() {
        for kind in *b"123456789xgLK" {
            let mut block = header().encode().unwrap();
            block[156] = kind;
            block[148..156].copy_from_slice(b"        ");
            let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
            block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());

            assert!(Header::decode(&block).is_err(), "{}", char::from(kind));
        }
    }
}
