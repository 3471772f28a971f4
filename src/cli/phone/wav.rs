//! WAV files: the audio to play and the recording of the answer.

use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::Path;

use audio::{BYTES_PER_SAMPLE, Resampler, SampleRate, wav_header, write_samples};

const PCM: u16 = 1;
/// The format that names its format elsewhere.
const EXTENSIBLE: u16 = 0xfffe;
const BITS: u16 = 16;

/// Why a file cannot be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum WavFault {
    /// No RIFF, or no sound in it.
    #[error("it is not a WAV file with audio")]
    NotWav,
    /// Floating point, 8 or 24 bits, compressed.
    #[error("its samples are not PCM of 16 bits")]
    NotPcm16,
    /// More than one.
    #[error("it has {0} channels; mono is required")]
    Channels(u16),
    /// One that is not known.
    #[error("its rate is {0} Hz instead of 8000, 16000, 24000, 44100 or 48000")]
    Rate(u32),
}

/// The samples of a file at 24 kHz.
pub(super) fn read_wav(bytes: &[u8]) -> Result<Vec<i16>, WavFault> {
    if bytes.get(..4) != Some(b"RIFF") || bytes.get(8..12) != Some(b"WAVE") {
        return Err(WavFault::NotWav);
    }
    let mut rate = None;
    let mut rest = &bytes[12..];
    while let Some((name, after)) = rest.split_first_chunk::<4>() {
        let Some((size, after)) = after.split_first_chunk::<4>() else { break };
        // A writer to a pipe does not know the size: read to the end.
        let size = usize::try_from(u32::from_le_bytes(*size)).unwrap_or(usize::MAX).min(after.len());
        let content = &after[..size];
        match name {
            b"fmt " => rate = Some(read_format(content)?),
            b"data" => return Ok(resampled(content, rate.ok_or(WavFault::NotWav)?)),
            _ => {}
        }
        // Chunks begin at even places.
        rest = after.get(size + size % 2..).unwrap_or_default();
    }
    Err(WavFault::NotWav)
}

fn read_format(content: &[u8]) -> Result<SampleRate, WavFault> {
    let half = |at: usize| content.get(at..at + 2).map(|two| u16::from_le_bytes([two[0], two[1]]));
    let (Some(format), Some(channels), Some(low), Some(high), Some(bits)) =
        (half(0), half(2), half(4), half(6), half(14))
    else {
        return Err(WavFault::NotWav);
    };
    let is_pcm = format == PCM || (format == EXTENSIBLE && half(24) == Some(PCM));
    if !is_pcm || bits != BITS {
        return Err(WavFault::NotPcm16);
    }
    if channels != 1 {
        return Err(WavFault::Channels(channels));
    }
    let hz = u32::from(low) | u32::from(high) << 16;
    SampleRate::from_hz(hz).ok_or(WavFault::Rate(hz))
}

/// The sound at 24 kHz, as long as it was and not later.
fn resampled(bytes: &[u8], rate: SampleRate) -> Vec<i16> {
    let samples: Vec<i16> =
        bytes.chunks_exact(BYTES_PER_SAMPLE).map(|two| i16::from_le_bytes([two[0], two[1]])).collect();
    if rate == SampleRate::Hz24000 {
        return samples;
    }
    let wanted = (samples.len() as u64 * u64::from(SampleRate::Hz24000.hz())).div_ceil(rate.hz().into());
    let wanted = usize::try_from(wanted).expect("three times what stands in memory at most");
    let mut resampler = Resampler::new(rate, SampleRate::Hz24000);
    let delay = resampler.delay_samples();
    let mut converted = Vec::with_capacity(wanted + delay);
    let mut frames = samples.chunks(rate.samples_per_frame());
    // Feed silence after the last frame until the resampler's delay is flushed.
    while converted.len() < wanted + delay {
        let mut frame = frames.next().unwrap_or_default().to_vec();
        frame.resize(rate.samples_per_frame(), 0);
        resampler.convert(&frame, &mut converted).expect("it is one frame");
    }
    converted.drain(..delay);
    converted.truncate(wanted);
    converted
}

/// A WAV file that is written while a call goes on: one channel of 16 bits at 24 kHz.
#[derive(Debug)]
pub(super) struct WavWriter {
    file: BufWriter<File>,
    byte_count: u32,
}

impl WavWriter {
    /// Makes the file, or empties it.
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        let mut file = BufWriter::new(File::create(path)?);
        file.write_all(&wav_header(1, 0))?;
        Ok(Self { file, byte_count: 0 })
    }

    /// Appends samples.
    pub(super) fn write(&mut self, samples: &[i16]) -> io::Result<()> {
        let mut bytes = Vec::new();
        write_samples(samples, &mut bytes);
        self.byte_count = self.byte_count.saturating_add(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
        self.file.write_all(&bytes)
    }

    /// Says in its header how long it has become.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(&wav_header(1, self.byte_count))?;
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file with these chunks.
    fn file(chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
        let mut bytes = b"RIFF\0\0\0\0WAVE".to_vec();
        for (name, content) in chunks {
            bytes.extend_from_slice(*name);
            bytes.extend_from_slice(&u32::try_from(content.len()).unwrap().to_le_bytes());
            bytes.extend_from_slice(content);
            bytes.resize(bytes.len().next_multiple_of(2), 0);
        }
        bytes
    }

    fn format(format: u16, channels: u16, hz: u32, bits: u16) -> Vec<u8> {
        let mut content = Vec::new();
        content.extend_from_slice(&format.to_le_bytes());
        content.extend_from_slice(&channels.to_le_bytes());
        content.extend_from_slice(&hz.to_le_bytes());
        content.extend_from_slice(&(hz * 2).to_le_bytes());
        content.extend_from_slice(&2_u16.to_le_bytes());
        content.extend_from_slice(&bits.to_le_bytes());
        content
    }

    fn sound(samples: &[i16]) -> Vec<u8> {
        let mut bytes = Vec::new();
        write_samples(samples, &mut bytes);
        bytes
    }

    #[test]
    fn what_is_written_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("heard.wav");
        let mut writer = WavWriter::create(&path).unwrap();
        writer.write(&[1, -2, 3]).unwrap();
        writer.write(&[i16::MIN, i16::MAX]).unwrap();
        writer.finish().unwrap();

        let bytes = std::fs::read(&path).unwrap();
        assert_eq!(read_wav(&bytes), Ok(vec![1, -2, 3, i16::MIN, i16::MAX]));
        assert_eq!(u32::from_le_bytes(bytes[4..8].try_into().unwrap()) as usize, bytes.len() - 8);
    }

    #[test]
    fn foreign_chunks_are_passed_over_and_a_file_from_a_pipe_goes_to_its_end() {
        let list = (b"LIST", vec![9; 5]);
        let mut bytes = file(&[list, (b"fmt ", format(PCM, 1, 24_000, 16)), (b"data", sound(&[5, 6]))]);
        let size_at = bytes.len() - 8;
        assert_eq!(read_wav(&bytes), Ok(vec![5, 6]));

        bytes[size_at..size_at + 4].copy_from_slice(&u32::MAX.to_le_bytes());

        assert_eq!(read_wav(&bytes), Ok(vec![5, 6]));
    }

    #[test]
    fn a_tone_of_any_rate_is_as_long_and_as_high_at_24_khz() {
        for rate in SampleRate::ALL {
            let tone: Vec<i16> = (0..rate.hz() + 7).map(|at| wave(at, rate.hz())).collect();
            let bytes = file(&[(b"fmt ", format(PCM, 1, rate.hz(), 16)), (b"data", sound(&tone))]);

            let samples = read_wav(&bytes).unwrap();

            let expected = (tone.len() as u64 * 24_000).div_ceil(rate.hz().into());
            assert_eq!(samples.len() as u64, expected, "{rate:?}");
            for at in 2_400..21_600_u32 {
                let error = i32::from(samples[at as usize]) - i32::from(wave(at, 24_000));
                assert!(error.abs() < 100, "{rate:?}: {error} at {at}");
            }
        }
    }

    /// 440 Hz.
    #[expect(clippy::cast_possible_truncation, reason = "10,000 fits")]
    fn wave(at: u32, hz: u32) -> i16 {
        (10_000.0 * (f64::from(at) / f64::from(hz) * 440.0 * std::f64::consts::TAU).sin()).round() as i16
    }

    #[test]
    fn what_cannot_be_said_is_named() {
        let with = |content| file(&[(b"fmt ", content), (b"data", sound(&[1]))]);

        assert_eq!(read_wav(b"OggS"), Err(WavFault::NotWav));
        assert_eq!(read_wav(&file(&[(b"data", sound(&[1]))])), Err(WavFault::NotWav));
        assert_eq!(read_wav(&file(&[(b"fmt ", format(PCM, 1, 24_000, 16))])), Err(WavFault::NotWav));
        assert_eq!(read_wav(&with(format(3, 1, 24_000, 32))), Err(WavFault::NotPcm16));
        assert_eq!(read_wav(&with(format(PCM, 1, 24_000, 8))), Err(WavFault::NotPcm16));
        assert_eq!(read_wav(&with(format(PCM, 2, 24_000, 16))), Err(WavFault::Channels(2)));
        assert_eq!(read_wav(&with(format(PCM, 1, 22_050, 16))), Err(WavFault::Rate(22_050)));
    }
}
