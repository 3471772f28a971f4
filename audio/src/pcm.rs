//! PCM16: signed 16-bit samples, little endian, one channel, as bytes and as numbers.

use std::fmt;

/// Bytes of one sample.
pub const BYTES_PER_SAMPLE: usize = 2;

/// Bytes that end in the middle of a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OddLength {
    /// How many bytes there were.
    pub byte_count: usize,
}

impl fmt::Display for OddLength {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes end in the middle of a sample", self.byte_count)
    }
}

impl std::error::Error for OddLength {}

/// Appends the samples in `bytes` to `samples`.
///
/// # Errors
/// [`OddLength`]; then nothing was appended.
pub fn read_samples(bytes: &[u8], samples: &mut Vec<i16>) -> Result<(), OddLength> {
    let (pairs, rest) = bytes.as_chunks::<BYTES_PER_SAMPLE>();
    if !rest.is_empty() {
        return Err(OddLength { byte_count: bytes.len() });
    }
    samples.extend(pairs.iter().map(|pair| i16::from_le_bytes(*pair)));
    Ok(())
}

/// Appends `samples` to `bytes`.
pub fn write_samples(samples: &[i16], bytes: &mut Vec<u8>) {
    bytes.reserve(samples.len() * BYTES_PER_SAMPLE);
    for sample in samples {
        bytes.extend_from_slice(&sample.to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn samples_are_read_as_they_were_written(samples: Vec<i16>) {
            let mut bytes = Vec::new();
            write_samples(&samples, &mut bytes);
            let mut again = Vec::new();

            prop_assert_eq!(read_samples(&bytes, &mut again), Ok(()));
            prop_assert_eq!(again, samples);
        }
    }

    #[test]
    fn the_low_byte_comes_first() {
        let mut bytes = Vec::new();
        write_samples(&[0x1234, -2], &mut bytes);

        assert_eq!(bytes, [0x34, 0x12, 0xfe, 0xff]);
    }

    #[test]
    fn half_a_sample_is_refused_and_nothing_is_read() {
        let mut samples = vec![7];

        assert_eq!(read_samples(&[1, 2, 3], &mut samples), Err(OddLength { byte_count: 3 }));
        assert_eq!(samples, [7]);
    }
}
