//! Reads a SentencePiece model: as much of its protocol buffer as the tokenizer needs.

use super::EncoderError;

/// Fields of the model and of its parts. This model is of the old layout: the normaliser stands in field 3.
const PIECES: u64 = 1;
const NORMALIZER: u64 = 3;
const PIECE_TEXT: u64 = 1;
const PIECE_SCORE: u64 = 2;
const NORMALIZER_CHARSMAP: u64 = 2;

/// What stands in a model file.
#[derive(Debug)]
pub(super) struct Model {
    /// The pieces in the order of their ids.
    pub(super) pieces: Vec<String>,
    /// How likely each piece is, as a logarithm.
    pub(super) scores: Vec<f32>,
    /// The compiled rules of normalisation.
    pub(super) charsmap: Vec<u8>,
}

impl Model {
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, EncoderError> {
        let mut model = Self { pieces: Vec::new(), scores: Vec::new(), charsmap: Vec::new() };
        let mut reader = Reader { rest: bytes };
        while let Some((field, value)) = reader.next_field()? {
            match field {
                PIECES => model.add_piece(value)?,
                NORMALIZER => model.charsmap = bytes_of(value, NORMALIZER_CHARSMAP)?.to_vec(),
                _ => {}
            }
        }
        if model.pieces.is_empty() || model.charsmap.len() < 4 {
            return Err(EncoderError::Damaged("its tokenizer has no pieces or no rules"));
        }
        Ok(model)
    }

    fn add_piece(&mut self, bytes: &[u8]) -> Result<(), EncoderError> {
        let text = std::str::from_utf8(bytes_of(bytes, PIECE_TEXT)?)
            .map_err(|_| EncoderError::Damaged("a piece is not UTF-8"))?;
        let score = <[u8; 4]>::try_from(bytes_of(bytes, PIECE_SCORE)?).map_or(0.0, f32::from_le_bytes);
        self.pieces.push(text.to_owned());
        self.scores.push(score);
        Ok(())
    }
}

/// The bytes of the first field with a number; none where it is left out.
fn bytes_of(message: &[u8], wanted: u64) -> Result<&[u8], EncoderError> {
    let mut reader = Reader { rest: message };
    while let Some((field, value)) = reader.next_field()? {
        if field == wanted {
            return Ok(value);
        }
    }
    Ok(&[])
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// The number and bytes of the next field; plain numbers are passed over with no bytes.
    fn next_field(&mut self) -> Result<Option<(u64, &'a [u8])>, EncoderError> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let key = self.number()?;
        let value = match key & 7 {
            0 => {
                self.number()?;
                &[]
            }
            1 => self.take(8)?,
            2 => {
                let length = self.number()?;
                self.take(usize::try_from(length).unwrap_or(usize::MAX))?
            }
            5 => self.take(4)?,
            _ => return Err(EncoderError::Damaged("its tokenizer has a field of no known kind")),
        };
        Ok(Some((key >> 3, value)))
    }

    fn number(&mut self) -> Result<u64, EncoderError> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.take(1)?[0];
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(EncoderError::Damaged("a number in its tokenizer has no end"))
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], EncoderError> {
        let (taken, rest) =
            self.rest.split_at_checked(count).ok_or(EncoderError::Damaged("its tokenizer breaks off"))?;
        self.rest = rest;
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_scores_and_rules_are_read() {
        let mut bytes = vec![0x0a, 9, 0x0a, 2, b'h', b'i', 0x15];
        bytes.extend_from_slice(&(-1.5_f32).to_le_bytes());
        bytes.extend_from_slice(&[0x1a, 6, 0x12, 4, 1, 2, 3, 4]);

        let model = Model::parse(&bytes).unwrap();

        assert_eq!((model.pieces, model.scores), (vec!["hi".to_owned()], vec![-1.5]));
        assert_eq!(model.charsmap, [1, 2, 3, 4]);
    }

    #[test]
    fn what_breaks_off_is_damaged_and_does_not_panic() {
        let whole = [0x0a, 4, 0x0a, 2, b'h', b'i', 0x1a, 6, 0x12, 4, 1, 2, 3, 4];

        for length in 0..whole.len() {
            assert!(Model::parse(&whole[..length]).is_err(), "{length}");
        }
    }
}
