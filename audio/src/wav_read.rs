//! Reads WAV files of PCM16 that others have made.

use std::fmt;

/// A WAV file's sound: mono, at its own rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WavSound {
    /// Its rate in Hz.
    pub rate_hz: u32,
    /// Its samples; of several channels the first.
    pub samples: Vec<i16>,
}

/// Bytes that are no WAV file of PCM16.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAWav;

impl fmt::Display for NotAWav {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this is no WAV file of PCM16")
    }
}

impl std::error::Error for NotAWav {}

/// Whether bytes begin as a WAV file does (RIFF).
#[must_use]
pub fn is_wav(bytes: &[u8]) -> bool {
    bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WAVE")
}

/// Reads a WAV file of PCM16. A file that was streamed says nothing true of its length: what there is counts.
///
/// # Errors
/// [`NotAWav`], also where its sound is compressed.
pub fn read_wav(bytes: &[u8]) -> Result<WavSound, NotAWav> {
    if !is_wav(bytes) {
        return Err(NotAWav);
    }
    let mut rest = &bytes[12..];
    let mut format = None;
    while let Some((head, body)) = rest.split_at_checked(8) {
        let length = number(&head[4..]).ok_or(NotAWav)? as usize;
        let body_length = length.min(body.len());
        match &head[..4] {
            b"fmt " => format = Some(Format::read(&body[..body_length])?),
            b"data" => return format.ok_or(NotAWav).map(|format| format.sound(&body[..body_length])),
            _ => {}
        }
        // Chunks begin at even places.
        rest = body.get(body_length + length % 2..).unwrap_or_default();
    }
    Err(NotAWav)
}

struct Format {
    channel_count: usize,
    rate_hz: u32,
}

impl Format {
    fn read(body: &[u8]) -> Result<Self, NotAWav> {
        let two = |at: usize| body.get(at..at + 2).map(|two| u16::from_le_bytes([two[0], two[1]]));
        // Plain PCM, or the extended head that says the same in its first bytes.
        let is_pcm = matches!(two(0), Some(1)) || (two(0) == Some(0xFFFE) && two(24) == Some(1));
        let (channels, bits) = (two(2).ok_or(NotAWav)?, two(14).ok_or(NotAWav)?);
        let rate_hz = body.get(4..8).and_then(number).ok_or(NotAWav)?;
        if !is_pcm || bits != 16 || !(1..=8).contains(&channels) {
            return Err(NotAWav);
        }
        Ok(Self { channel_count: usize::from(channels), rate_hz })
    }

    fn sound(&self, body: &[u8]) -> WavSound {
        let first = |frame: &[u8]| i16::from_le_bytes([frame[0], frame[1]]);
        let samples = body.chunks_exact(2 * self.channel_count).map(first).collect();
        WavSound { rate_hz: self.rate_hz, samples }
    }
}

fn number(four: &[u8]) -> Option<u32> {
    four.first_chunk::<4>().map(|four| u32::from_le_bytes(*four))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{wav_header, write_samples};

    fn file(channels: u16, samples: &[i16]) -> Vec<u8> {
        let mut sound = Vec::new();
        write_samples(samples, &mut sound);
        let length = u32::try_from(sound.len()).unwrap();
        let mut bytes = wav_header(channels, length).to_vec();
        bytes.append(&mut sound);
        bytes
    }

    #[test]
    fn a_file_is_read_as_it_was_written_and_of_two_channels_the_first() {
        let read = read_wav(&file(1, &[1, -2, 3])).unwrap();
        assert_eq!(read, WavSound { rate_hz: 24_000, samples: vec![1, -2, 3] });
        assert_eq!(read_wav(&file(2, &[1, 9, 2, 9])).unwrap().samples, [1, 2]);
    }

    #[test]
    fn a_file_that_was_streamed_says_nothing_true_of_its_length() {
        let mut bytes = file(1, &[5, 6]);
        bytes[4..8].fill(0xFF);
        bytes[40..44].fill(0xFF);

        assert_eq!(read_wav(&bytes).unwrap().samples, [5, 6]);
    }

    #[test]
    fn what_stands_before_the_sound_is_passed_over() {
        let mut bytes = file(1, &[7]);
        let note = [b"LIST".as_slice(), &3_u32.to_le_bytes(), b"abc\0"].concat();
        bytes.splice(36..36, note);

        assert_eq!(read_wav(&bytes).unwrap().samples, [7]);
    }

    #[test]
    fn what_is_compressed_or_cut_is_refused() {
        let mut compressed = file(1, &[1]);
        compressed[20] = 85;
        let mut eight_bits = file(1, &[1]);
        eight_bits[34] = 8;
        for bytes in [&compressed[..], &eight_bits, b"ID3 nothing", b"RIFF", &file(1, &[1])[..30]] {
            assert_eq!(read_wav(bytes), Err(NotAWav));
        }
    }

    proptest! {
        #[test]
        fn no_lie_does_harm(change in prop::collection::vec((0..60_usize, any::<u8>()), 0..12), cut in 0..60_usize) {
            let mut bytes = file(1, &[1, 2, 3, 4, 5, 6, 7, 8]);
            for (at, byte) in change {
                bytes[at] = byte;
            }
            bytes.truncate(cut);
            if let Ok(sound) = read_wav(&bytes) {
                prop_assert!(sound.samples.len() <= 8);
            }
        }
    }
}
