//! Base64 of sound, as providers carry it in JSON, and pieces of 100 ms out of frames of 20 ms.

use std::fmt;

use crate::{FRAME_MS, SampleRate};

/// Sound of one message upstream: five frames. Each message costs a system call, and 100 ms pieces cost a third
/// of what 20 ms pieces do; a provider's voice detection looks at no less anyway.
pub const CHUNK_MS: u32 = 100;

/// Not base64, as the standard alphabet with padding writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotBase64;

impl fmt::Display for NotBase64 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the sound is not base64")
    }
}

impl std::error::Error for NotBase64 {}

/// Appends the base64 of `bytes` to `text`.
pub fn encode_base64(bytes: &[u8], text: &mut String) {
    base64_simd::STANDARD.encode_append(bytes, text);
}

/// The bytes that `text` stands for.
///
/// # Errors
/// [`NotBase64`].
pub fn decode_base64(text: &str) -> Result<Vec<u8>, NotBase64> {
    base64_simd::STANDARD.decode_to_vec(text).map_err(|_| NotBase64)
}

/// Gathers frames at 24 kHz into pieces of [`CHUNK_MS`].
#[derive(Debug, Clone, Default)]
pub struct Chunker {
    gathered: Vec<u8>,
}

impl Chunker {
    /// Bytes of a full piece.
    pub const CHUNK_BYTES: usize = (CHUNK_MS / FRAME_MS) as usize * SampleRate::Hz24000.bytes_per_frame();

    /// Takes a frame in; a full piece comes out.
    pub fn push(&mut self, frame: &[u8]) -> Option<Vec<u8>> {
        self.gathered.extend_from_slice(frame);
        (self.gathered.len() >= Self::CHUNK_BYTES).then(|| std::mem::take(&mut self.gathered))
    }

    /// What has been gathered so far; `None` where that is nothing.
    pub fn flush(&mut self) -> Option<Vec<u8>> {
        (!self.gathered.is_empty()).then(|| std::mem::take(&mut self.gathered))
    }
}

/// Puts samples together again that a provider's deltas cut in two.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Seam {
    low_byte: Option<u8>,
}

impl Seam {
    /// `bytes` with the byte kept from before in front, and without a byte whose other half has not come.
    #[must_use]
    pub fn join(&mut self, mut bytes: Vec<u8>) -> Vec<u8> {
        if let Some(low_byte) = self.low_byte.take() {
            bytes.insert(0, low_byte);
        }
        if !bytes.len().is_multiple_of(crate::BYTES_PER_SAMPLE) {
            self.low_byte = bytes.pop();
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use base64::prelude::*;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn both_libraries_write_and_read_the_same(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
            let mut text = String::new();
            encode_base64(&bytes, &mut text);

            prop_assert_eq!(&text, &BASE64_STANDARD.encode(&bytes));
            prop_assert_eq!(decode_base64(&text), Ok(bytes));
        }

        #[test]
        fn what_one_library_refuses_the_other_refuses(text in "[A-Za-z0-9+/=\\n _-]{0,40}") {
            prop_assert_eq!(decode_base64(&text).ok(), BASE64_STANDARD.decode(&text).ok());
        }

        #[test]
        fn samples_cut_in_two_are_put_together(
            bytes in prop::collection::vec(any::<u8>(), 0..400),
            sizes in prop::collection::vec(1_usize..9, 1..200),
        ) {
            let mut seam = Seam::default();
            let mut joined = Vec::new();
            let mut rest = bytes.as_slice();
            for size in sizes.iter().cycle() {
                if rest.is_empty() {
                    break;
                }
                let (part, tail) = rest.split_at((*size).min(rest.len()));
                let whole = seam.join(part.to_vec());
                prop_assert_eq!(whole.len() % 2, 0);
                joined.extend(whole);
                rest = tail;
            }

            prop_assert_eq!(&joined, &bytes[..bytes.len() / 2 * 2]);
        }
    }

    #[test]
    fn text_is_appended() {
        let mut text = String::from("{\"audio\":\"");
        encode_base64(&[0, 1, 2], &mut text);

        assert_eq!(text, "{\"audio\":\"AAEC");
    }

    #[test]
    fn five_frames_are_a_piece_and_fewer_wait_for_a_flush() {
        let mut chunker = Chunker::default();
        let pieces: Vec<_> = (0..7).filter_map(|_| chunker.push(&[0; 960])).collect();

        assert_eq!(pieces.iter().map(Vec::len).collect::<Vec<_>>(), [Chunker::CHUNK_BYTES]);
        assert_eq!(chunker.flush().map(|piece| piece.len()), Some(1_920));
        assert_eq!(chunker.flush(), None);
    }
}
