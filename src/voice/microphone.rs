//! Decodes and resamples a leg's audio frames of any rate and length into 20 ms of PCM16 at 24 kHz.

use audio::{BYTES_PER_SAMPLE, Framer, Resampler, SampleRate, read_samples, write_samples};

use super::frame::{CODEC_PCM_24K, FLAG_MUTED, FLAG_SILENCE, FrameFault, MicrophoneFrame};

/// Bad frames in a row after which a leg is closed (VOICE.md section 2).
const BAD_IN_A_ROW_MAX: u32 = 10;
/// The longest frame, in milliseconds.
const FRAME_MAX_MS: usize = 120;

const SILENCE: [u8; SampleRate::Hz24000.bytes_per_frame()] = [0; SampleRate::Hz24000.bytes_per_frame()];

/// What became of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    /// It was taken in.
    Whole,
    /// It was dropped.
    Bad(FrameFault),
    /// It was one bad frame too many.
    Broken,
}

/// The microphone of one leg.
#[derive(Debug)]
pub(super) struct Microphone {
    plain: Framer,
    hello: Option<(SampleRate, Framer, Resampler)>,
    samples: Vec<i16>,
    converted: Vec<i16>,
    bytes: Vec<u8>,
    bad_in_a_row: u32,
}

impl Microphone {
    /// Of a leg that may also send at `rate`, under codec 3.
    pub(super) fn new(rate: Option<SampleRate>) -> Self {
        let hello = rate.map(|rate| (rate, Framer::new(rate), Resampler::new(rate, SampleRate::Hz24000)));
        Self {
            plain: Framer::new(SampleRate::Hz24000),
            hello,
            samples: Vec::new(),
            converted: Vec::new(),
            bytes: Vec::new(),
            bad_in_a_row: 0,
        }
    }

    /// Notes a frame that could not even be read.
    pub(super) fn refuse(&mut self, fault: FrameFault) -> Taken {
        self.bad_in_a_row += 1;
        if self.bad_in_a_row >= BAD_IN_A_ROW_MAX { Taken::Broken } else { Taken::Bad(fault) }
    }

    /// The rate of frames of a codec; `None` where the hello did not name it.
    fn rate_of(&self, codec: u8) -> Option<SampleRate> {
        if codec == CODEC_PCM_24K {
            return Some(SampleRate::Hz24000);
        }
        self.hello.as_ref().map(|(rate, ..)| *rate)
    }

    /// Takes a frame in and hands on every 20 ms that are whole now.
    pub(super) fn take(&mut self, frame: MicrophoneFrame<'_>, mut each: impl FnMut(&[u8])) -> Taken {
        if frame.flags & FLAG_MUTED != 0 {
            self.bad_in_a_row = 0;
            return Taken::Whole;
        }
        if frame.flags & FLAG_SILENCE != 0 {
            self.bad_in_a_row = 0;
            self.plain.push(&SILENCE, each);
            return Taken::Whole;
        }
        let Some(rate) = self.rate_of(frame.codec) else { return self.refuse(FrameFault::Codec) };
        let longest = rate.bytes_per_frame() * FRAME_MAX_MS / 20;
        if frame.payload.len() > longest {
            return self.refuse(FrameFault::Long);
        }
        self.bad_in_a_row = 0;
        let Some((_, framer, resampler)) = self.hello.as_mut().filter(|_| frame.codec != CODEC_PCM_24K)
        else {
            self.plain.push(frame.payload, each);
            return Taken::Whole;
        };
        let (samples, converted, bytes) = (&mut self.samples, &mut self.converted, &mut self.bytes);
        framer.push(frame.payload, |piece| {
            samples.clear();
            converted.clear();
            bytes.clear();
            read_samples(piece, samples).expect("a frame holds whole samples");
            resampler.convert(samples, converted).expect("the framer gives whole frames");
            bytes.reserve(converted.len() * BYTES_PER_SAMPLE);
            write_samples(converted, bytes);
            each(bytes);
        });
        Taken::Whole
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::voice::frame::CODEC_PCM_HELLO;

    fn frame(codec: u8, flags: u8, payload: &[u8]) -> MicrophoneFrame<'_> {
        MicrophoneFrame { codec, flags, track: 0, seq: 0, payload }
    }

    fn count(microphone: &mut Microphone, frame: MicrophoneFrame<'_>) -> (Taken, usize) {
        let mut frames = 0;
        let taken = microphone.take(frame, |piece| {
            assert_eq!(piece.len(), 960);
            frames += 1;
        });
        (taken, frames)
    }

    #[test]
    fn frames_of_10_to_120_ms_become_frames_of_20() {
        let mut microphone = Microphone::new(None);

        assert_eq!(count(&mut microphone, frame(0, 0, &[1; 480])), (Taken::Whole, 0));
        assert_eq!(count(&mut microphone, frame(0, 0, &[1; 480])), (Taken::Whole, 1));
        assert_eq!(count(&mut microphone, frame(0, 0, &[1; 5_760])), (Taken::Whole, 6));
        assert_eq!(count(&mut microphone, frame(0, 0, &[1; 5_762])), (Taken::Bad(FrameFault::Long), 0));
    }

    #[test]
    fn another_rate_is_converted_and_silence_needs_no_bytes() {
        let mut microphone = Microphone::new(Some(SampleRate::Hz48000));

        assert_eq!(count(&mut microphone, frame(CODEC_PCM_HELLO, 0, &[1; 1_920])), (Taken::Whole, 1));
        assert_eq!(count(&mut microphone, frame(0, FLAG_SILENCE, &[])), (Taken::Whole, 1));
        assert_eq!(count(&mut microphone, frame(0, FLAG_MUTED, &[1; 960])), (Taken::Whole, 0));
    }

    #[test]
    fn ten_bad_frames_in_a_row_are_too_many() {
        let mut microphone = Microphone::new(None);
        for _ in 0..9 {
            assert!(matches!(microphone.refuse(FrameFault::Odd), Taken::Bad(_)));
        }
        count(&mut microphone, frame(0, 0, &[0; 960]));
        for _ in 0..9 {
            assert!(matches!(count(&mut microphone, frame(3, 0, &[0; 960])).0, Taken::Bad(_)));
        }

        assert_eq!(count(&mut microphone, frame(3, 0, &[0; 960])), (Taken::Broken, 0));
    }
}
