//! A byte reader; reading past the end means the file is damaged.

use super::PictureError;

/// Bytes and how far they are read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// What is not read yet.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], PictureError> {
        let (taken, rest) =
            self.rest.split_at_checked(count).ok_or(PictureError::Damaged("it ends too early"))?;
        self.rest = rest;
        Ok(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], PictureError> {
        Ok(self.take(N)?.try_into().expect("as many bytes as asked for"))
    }

    pub(super) fn byte(&mut self) -> Result<u8, PictureError> {
        Ok(self.array::<1>()?[0])
    }

    /// Blocks of at most 255 bytes, each after its length, up to one of none; given with their lengths.
    pub(super) fn blocks(&mut self) -> Result<&'a [u8], PictureError> {
        let begin = self.rest;
        loop {
            let length = self.byte()?;
            self.take(usize::from(length))?;
            if length == 0 {
                return Ok(&begin[..begin.len() - self.rest.len()]);
            }
        }
    }
}

/// A length in a file as one in memory.
pub(super) fn length(length: u32) -> Result<usize, PictureError> {
    usize::try_from(length).map_err(|_| PictureError::Damaged("a part is longer than a file can be"))
}
