//! Base64 audio in providers' JSON, including samples split between two chunks.

use std::fmt;

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
}
