//! The header of a WAV file of PCM16 at 24 kHz.

use crate::{BYTES_PER_SAMPLE, SampleRate};

/// Bytes of a head with one format and one data chunk.
pub const WAV_HEADER_BYTES: usize = 44;
const PCM: u16 = 1;
const FORMAT_BYTES: u32 = 16;

/// The head of a WAV file (RIFF) of so many channels of PCM16 at 24 kHz, before `byte_count` bytes of samples. A file
/// that is longer than 4 GiB says that it is as long as it can.
#[must_use]
pub fn wav_header(channels: u16, byte_count: u32) -> [u8; WAV_HEADER_BYTES] {
    let rate = SampleRate::Hz24000.hz();
    let frame_bytes = channels * BYTES_PER_SAMPLE as u16;
    let mut header = [0; WAV_HEADER_BYTES];
    let fields: [&[u8]; 12] = [
        b"RIFF",
        &byte_count.saturating_add(WAV_HEADER_BYTES as u32 - 8).to_le_bytes(),
        b"WAVEfmt ",
        &FORMAT_BYTES.to_le_bytes(),
        &PCM.to_le_bytes(),
        &channels.to_le_bytes(),
        &rate.to_le_bytes(),
        &(rate * u32::from(frame_bytes)).to_le_bytes(),
        &frame_bytes.to_le_bytes(),
        &(BYTES_PER_SAMPLE as u16 * 8).to_le_bytes(),
        b"data",
        &byte_count.to_le_bytes(),
    ];
    let mut at = 0;
    for field in fields {
        header[at..at + field.len()].copy_from_slice(field);
        at += field.len();
    }
    header
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_of_a_second_in_stereo_is_what_the_format_says() {
        let header = wav_header(2, 96_000);

        assert_eq!(&header[..4], b"RIFF");
        assert_eq!(header[4..8], 96_036_u32.to_le_bytes());
        assert_eq!(&header[8..16], b"WAVEfmt ");
        assert_eq!(header[16..24], [16, 0, 0, 0, 1, 0, 2, 0]);
        assert_eq!(header[24..28], 24_000_u32.to_le_bytes());
        assert_eq!(header[28..32], 96_000_u32.to_le_bytes());
        assert_eq!(header[32..36], [4, 0, 16, 0]);
        assert_eq!(&header[36..40], b"data");
        assert_eq!(header[40..], 96_000_u32.to_le_bytes());
        assert_eq!(wav_header(1, u32::MAX)[4..8], u32::MAX.to_le_bytes());
    }
}
