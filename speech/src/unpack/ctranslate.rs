//! Reads the weights of CTranslate2 (`model.bin`, version 6), the form in which Whisper is packaged.
//!
//! Little-endian throughout: version, name and revision of the specification, count of variables; per variable a name,
//! a rank of one byte, dimensions, a kind of one byte, the size in bytes and the bytes; aliases at the end. A text is
//! its length in 16 bits with its closing zero, then its bytes and that zero.

use crate::LoadError;

const VERSION: u32 = 6;
const SPECIFICATION: &str = "WhisperSpec";
const REVISION: u32 = 3;
/// Whisper base has 220 variables.
const VARIABLES_MAX: u32 = 512;
const NAME_MAX_BYTES: usize = 128;
const RANK_MAX: u8 = 3;
const ALIASES_MAX: u32 = 16;

/// What the numbers of a variable are; only these three occur.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Flags and small counts.
    Int8,
    /// Counts.
    Int16,
    /// Weights: IEEE 754 half precision.
    Float16,
}

impl Kind {
    fn of(code: u8) -> Result<Self, LoadError> {
        match code {
            1 => Ok(Self::Int8),
            2 => Ok(Self::Int16),
            4 => Ok(Self::Float16),
            _ => Err(LoadError::Damaged("a variable has numbers of an unknown kind")),
        }
    }

    fn byte_count(self) -> usize {
        match self {
            Self::Int8 => 1,
            Self::Int16 | Self::Float16 => 2,
        }
    }
}

/// A named array; its bytes are as many as its shape and kind say.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Variable<'a> {
    pub(super) name: &'a str,
    pub(super) shape: Vec<usize>,
    pub(super) kind: Kind,
    pub(super) bytes: &'a [u8],
}

/// All variables of a model. Nothing is copied or reserved by a length that the file only claims.
pub(super) fn parse(bytes: &[u8]) -> Result<Vec<Variable<'_>>, LoadError> {
    let mut reader = Reader { rest: bytes };
    if reader.u32()? != VERSION || reader.text()? != SPECIFICATION || reader.u32()? != REVISION {
        return Err(LoadError::Damaged("it is not Whisper in the version that is known"));
    }
    let count = reader.u32()?;
    if count > VARIABLES_MAX {
        return Err(LoadError::Damaged("it has too many variables"));
    }
    let mut variables = Vec::new();
    for _ in 0..count {
        variables.push(reader.variable()?);
    }
    let alias_count = reader.u32()?;
    if alias_count > ALIASES_MAX {
        return Err(LoadError::Damaged("it has too many aliases"));
    }
    for _ in 0..alias_count {
        reader.text()?;
        reader.text()?;
    }
    if reader.rest.is_empty() { Ok(variables) } else { Err(LoadError::Damaged("something follows its end")) }
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], LoadError> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(LoadError::Damaged("it breaks off"))?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], LoadError> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or(LoadError::Damaged("it breaks off"))?;
        self.rest = rest;
        Ok(*taken)
    }

    fn u32(&mut self) -> Result<u32, LoadError> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    fn text(&mut self) -> Result<&'a str, LoadError> {
        let length = usize::from(u16::from_le_bytes(self.array()?));
        let (last, text) = self.take(length)?.split_last().ok_or(LoadError::Damaged("a name has no end"))?;
        if *last != 0 || text.len() > NAME_MAX_BYTES {
            return Err(LoadError::Damaged("a name has no end or is too long"));
        }
        std::str::from_utf8(text).map_err(|_| LoadError::Damaged("a name is not UTF-8"))
    }

    fn variable(&mut self) -> Result<Variable<'a>, LoadError> {
        let name = self.text()?;
        let [rank] = self.array()?;
        if rank > RANK_MAX {
            return Err(LoadError::Damaged("a variable has too many dimensions"));
        }
        let mut shape = Vec::new();
        for _ in 0..rank {
            shape.push(self.u32()? as usize);
        }
        let [code] = self.array()?;
        let kind = Kind::of(code)?;
        let byte_count = self.u32()? as usize;
        let expected =
            shape.iter().try_fold(kind.byte_count(), |product, dimension| product.checked_mul(*dimension));
        if expected != Some(byte_count) {
            return Err(LoadError::Damaged("a variable's size is not that of its shape"));
        }
        Ok(Variable { name, shape, kind, bytes: self.take(byte_count)? })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(of: &str) -> Vec<u8> {
        let length = u16::try_from(of.len() + 1).unwrap();
        [&length.to_le_bytes()[..], of.as_bytes(), b"\0"].concat()
    }

    fn variable(name: &str, shape: &[u32], kind: u8, claimed_bytes: u32, bytes: &[u8]) -> Vec<u8> {
        let mut made = text(name);
        made.push(u8::try_from(shape.len()).unwrap());
        made.extend(shape.iter().flat_map(|dimension| dimension.to_le_bytes()));
        made.push(kind);
        made.extend(claimed_bytes.to_le_bytes());
        made.extend(bytes);
        made
    }

    fn model(variables: &[Vec<u8>]) -> Vec<u8> {
        let mut made = [&6_u32.to_le_bytes()[..], &text(SPECIFICATION), &3_u32.to_le_bytes()].concat();
        made.extend(u32::try_from(variables.len()).unwrap().to_le_bytes());
        made.extend(variables.concat());
        made.extend(0_u32.to_le_bytes());
        made
    }

    #[test]
    fn variables_are_read_as_they_stand() {
        let file = model(&[variable("a/b", &[1, 2], 4, 4, &[1, 2, 3, 4]), variable("c", &[], 1, 1, &[7])]);

        let read = parse(&file).unwrap();

        assert_eq!(
            read[0],
            Variable { name: "a/b", shape: vec![1, 2], kind: Kind::Float16, bytes: &[1, 2, 3, 4] }
        );
        assert_eq!(read[1], Variable { name: "c", shape: vec![], kind: Kind::Int8, bytes: &[7] });
        for end in 0..file.len() {
            assert!(parse(&file[..end]).is_err(), "cut at {end}");
        }
    }

    #[test]
    fn a_model_that_lies_is_refused() {
        let lies = [
            variable("a", &[2], 4, 2, &[0; 4]),
            variable("a", &[2], 0, 4, &[0; 4]),
            variable("a", &[u32::MAX, u32::MAX, u32::MAX], 4, 4, &[0; 4]),
            variable("a", &[u32::MAX], 1, u32::MAX, &[0; 4]),
            variable("a", &[1; 4], 1, 1, &[0]),
            variable(&"a".repeat(200), &[], 1, 1, &[0]),
        ];
        for lie in lies {
            assert!(parse(&model(std::slice::from_ref(&lie))).is_err(), "{lie:?}");
        }
        assert!(parse(&[model(&[]), vec![0]].concat()).is_err(), "bytes after the end");
        let mut many = model(&[]);
        many[22..26].copy_from_slice(&u32::MAX.to_le_bytes());
        assert!(parse(&many).is_err(), "too many variables");
    }

    proptest! {
        #[test]
        fn a_damaged_model_is_an_error_or_another_model(at in 0_usize..80, byte: u8) {
            let mut file = model(&[variable("a/b", &[1, 2], 4, 4, &[1, 2, 3, 4]), variable("c", &[], 1, 1, &[7])]);
            let end = file.len();
            file[at % end] = byte;

            if let Ok(variables) = parse(&file) {
                prop_assert!(variables.iter().map(|one| one.bytes.len()).sum::<usize>() < end);
            }
        }
    }
}
