//! Encodes and decodes the audio frames of a leg (PROTOCOL.md section 8).

use audio::{Generation, SampleRate, read_samples, write_samples};

/// Samples in 20 ms at 24 kHz.
pub(super) const FRAME_SAMPLES: usize = SampleRate::Hz24000.samples_per_frame();

const HEADER_BYTES: usize = 16;
const MICROPHONE: u8 = 1;
const PLAYBACK: u8 = 2;
const FLAG_SILENCE: u8 = 1;
const FLAG_LAST: u8 = 4;
const TRACK_SYSTEM: u8 = 4;

/// 20 ms that are to be heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sound {
    /// The tag of the utterance; 0 belongs to none.
    pub(super) item: u16,
    /// Under which generation it is played.
    pub(super) generation: Generation,
    /// Whether the utterance ends with it.
    pub(super) is_last: bool,
    /// Whether somebody speaks in it, rather than a tone of the house.
    pub(super) is_voice: bool,
    /// [`FRAME_SAMPLES`] of them.
    pub(super) samples: Vec<i16>,
}

/// Reads a frame; `None` where it is not for this side's ear.
pub(super) fn read_frame(bytes: &[u8]) -> Option<Sound> {
    let (header, payload) = bytes.split_first_chunk::<HEADER_BYTES>()?;
    let [kind, _codec, flags, track, ..] = *header;
    if kind != PLAYBACK {
        return None;
    }
    let mut samples = Vec::with_capacity(FRAME_SAMPLES);
    // A frame of silence has no payload.
    read_samples(payload, &mut samples).ok()?;
    samples.resize(FRAME_SAMPLES, 0);
    Some(Sound {
        item: u16::from_le_bytes([header[12], header[13]]),
        generation: Generation(u16::from_le_bytes([header[14], header[15]])),
        is_last: flags & FLAG_LAST != 0,
        is_voice: track != TRACK_SYSTEM,
        samples,
    })
}

/// A frame of the visitor's microphone; 20 ms of silence where there are no samples.
pub(super) fn write_frame(seq: u32, samples: &[i16]) -> Vec<u8> {
    let flags = if samples.is_empty() { FLAG_SILENCE } else { 0 };
    let time = seq.wrapping_mul(u32::try_from(FRAME_SAMPLES).expect("480"));
    let mut bytes = vec![MICROPHONE, 0, flags, 0];
    bytes.extend_from_slice(&seq.to_le_bytes());
    bytes.extend_from_slice(&time.to_le_bytes());
    bytes.extend_from_slice(&[0; 4]);
    write_samples(samples, &mut bytes);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_of_the_hub_is_read_and_a_copy_for_agents_is_not() {
        let mut bytes = vec![PLAYBACK, 0, FLAG_LAST, 1, 7, 0, 0, 0, 32, 13, 0, 0, 2, 1, 3, 0];
        write_samples(&[9; FRAME_SAMPLES], &mut bytes);

        let sound = read_frame(&bytes).unwrap();

        assert_eq!((sound.item, sound.generation, sound.is_last), (258, Generation(3), true));
        assert!(sound.is_voice);
        assert_eq!(sound.samples, [9; FRAME_SAMPLES]);
        bytes[0] = 3;
        assert_eq!(read_frame(&bytes), None);
        assert_eq!(read_frame(&bytes[..15]), None);
    }

    #[test]
    fn silence_goes_without_payload_and_the_sample_clock_goes_on() {
        assert_eq!(write_frame(2, &[]), [1, 0, 1, 0, 2, 0, 0, 0, 192, 3, 0, 0, 0, 0, 0, 0]);
        assert_eq!(write_frame(0, &[-1; FRAME_SAMPLES]).len(), HEADER_BYTES + 960);
    }
}
