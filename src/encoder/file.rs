//! The model's file format: named parts in sequence, read once from start to end.

use std::collections::HashMap;
use std::io::{Read, Write};

use super::EncoderError;
use super::graph::Weights;
use super::shape::{BLOCK_ROWS, BLOCKS, DIMENSIONS};

/// The first bytes of a file; the number changes with its layout.
const MAGIC: &[u8; 22] = b"switchboard encoder 1\n";
pub(super) const TOKENIZER: &str = "tokenizer";
pub(super) const TABLE: &str = "table";
pub(super) const TABLE_BYTES: usize = BLOCKS * BLOCK_ROWS * DIMENSIONS;
/// Maximum size of a part; the table is the largest one.
const PART_MAX_BYTES: u64 = 128 * 1024 * 1024;
/// The model has 47 parts.
const PARTS_MAX: u32 = 256;

/// Writes parts in the order in which they come.
#[derive(Debug)]
pub(super) struct Writer<W: Write> {
    into: W,
}

impl<W: Write> Writer<W> {
    pub(super) fn begin(mut into: W, part_count: u32) -> Result<Self, EncoderError> {
        into.write_all(MAGIC)?;
        into.write_all(&part_count.to_le_bytes())?;
        Ok(Self { into })
    }

    pub(super) fn part(&mut self, name: &str, bytes: &[u8]) -> Result<(), EncoderError> {
        let name_length =
            u8::try_from(name.len()).map_err(|_| EncoderError::Damaged("a name is too long"))?;
        self.into.write_all(&[name_length])?;
        self.into.write_all(name.as_bytes())?;
        self.into.write_all(&(bytes.len() as u64).to_le_bytes())?;
        Ok(self.into.write_all(bytes)?)
    }

    pub(super) fn finish(mut self) -> Result<(), EncoderError> {
        Ok(self.into.flush()?)
    }
}

/// The parts of a file, each given out once.
#[derive(Debug)]
pub(super) struct Parts {
    parts: HashMap<String, Vec<u8>>,
}

impl Parts {
    pub(super) fn read(mut from: impl Read) -> Result<Self, EncoderError> {
        if take::<22>(&mut from)? != *MAGIC {
            return Err(EncoderError::Damaged("it is not a model, or one of another release"));
        }
        let count = u32::from_le_bytes(take(&mut from)?);
        if count > PARTS_MAX {
            return Err(EncoderError::Damaged("it has too many parts"));
        }
        let mut parts = HashMap::new();
        for _ in 0..count {
            let [name_length] = take(&mut from)?;
            let mut name = vec![0; usize::from(name_length)];
            from.read_exact(&mut name)?;
            let name = String::from_utf8(name).map_err(|_| EncoderError::Damaged("a name is not UTF-8"))?;
            let length = u64::from_le_bytes(take(&mut from)?);
            if length > PART_MAX_BYTES {
                return Err(EncoderError::Damaged("a part is too large"));
            }
            // Exactly as large as it is: grown by doubling, the table would take twice its room.
            let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
            if (&mut from).take(length).read_to_end(&mut bytes)? as u64 != length {
                return Err(EncoderError::Damaged("it breaks off"));
            }
            parts.insert(name, bytes);
        }
        Ok(Self { parts })
    }

    pub(super) fn bytes(&mut self, name: &str) -> Result<Vec<u8>, EncoderError> {
        self.parts.remove(name).ok_or(EncoderError::Damaged("a part is missing"))
    }
}

impl Weights for Parts {
    fn floats(&mut self, name: &str, count: usize) -> Result<Vec<f32>, EncoderError> {
        let bytes = self.bytes(name)?;
        let (numbers, rest) = bytes.as_chunks::<4>();
        if numbers.len() != count || !rest.is_empty() {
            return Err(EncoderError::Damaged("a part has another size"));
        }
        Ok(numbers.iter().map(|number| f32::from_le_bytes(*number)).collect())
    }

    fn table(&mut self) -> Result<Vec<u8>, EncoderError> {
        let table = self.bytes(TABLE)?;
        if table.len() != TABLE_BYTES {
            return Err(EncoderError::Damaged("its table has another size"));
        }
        Ok(table)
    }
}

fn take<const N: usize>(from: &mut impl Read) -> Result<[u8; N], EncoderError> {
    let mut bytes = [0; N];
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}
