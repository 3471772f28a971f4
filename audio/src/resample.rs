//! Between 24 kHz, which the hub speaks, and the rates of devices and telephones, a frame of 20 ms at a time.
//!
//! FFT resamplers with a fixed input give exactly one frame for every frame, without aliases that could be heard
//! (below −130 dB). Linear and polynomial ones are as dear and fold everything above 12 kHz into speech.

use std::fmt;

use audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Resampler as _, WindowFunction};

use crate::SampleRate;

/// A piece of sound that is not exactly one frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAFrame {
    /// How many samples there were.
    pub sample_count: usize,
    /// How many make a frame.
    pub expected: usize,
}

impl fmt::Display for NotAFrame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} samples are not a frame of {}", self.sample_count, self.expected)
    }
}

impl std::error::Error for NotAFrame {}

/// Converts one direction of one stream. Made once per stream (30 to 250 µs); frames allocate nothing.
pub struct Resampler {
    fft: Option<Fft<f32>>,
    input: Vec<f32>,
    output: Vec<f32>,
}

impl fmt::Debug for Resampler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Resampler({} to {} samples a frame)", self.input.len(), self.output.len())
    }
}

impl Resampler {
    /// A resampler from one rate to another; between equal rates frames pass unchanged.
    #[must_use]
    pub fn new(from: SampleRate, to: SampleRate) -> Self {
        let fft = (from != to).then(|| {
            Fft::new_custom(
                from.hz() as usize,
                to.hz() as usize,
                from.samples_per_frame(),
                sub_chunks(from, to),
                1,
                WindowFunction::BlackmanHarris2,
                FixedSync::Input,
            )
            .expect("the rates are positive and a frame is a whole number of blocks at each of them")
        });
        Self { fft, input: vec![0.0; from.samples_per_frame()], output: vec![0.0; to.samples_per_frame()] }
    }

    /// Appends the frame to `converted`: always exactly one frame, later by [`Resampler::delay_samples`].
    ///
    /// # Errors
    /// [`NotAFrame`]; then nothing was taken in.
    pub fn convert(&mut self, frame: &[i16], converted: &mut Vec<i16>) -> Result<(), NotAFrame> {
        if frame.len() != self.input.len() {
            return Err(NotAFrame { sample_count: frame.len(), expected: self.input.len() });
        }
        let Some(fft) = &mut self.fft else {
            converted.extend_from_slice(frame);
            return Ok(());
        };
        for (value, sample) in self.input.iter_mut().zip(frame) {
            *value = f32::from(*sample);
        }
        let (input_count, output_count) = (self.input.len(), self.output.len());
        let input =
            InterleavedSlice::new(&self.input, 1, input_count).expect("one channel of its own length");
        let mut output = InterleavedSlice::new_mut(&mut self.output, 1, output_count)
            .expect("one channel of its own length");
        let (_, written) =
            fft.process_into_buffer(&input, &mut output, None).expect("both buffers hold one frame");
        debug_assert_eq!(written, output_count, "a frame in is a frame out");
        converted.extend(self.output[..written].iter().map(|value| to_sample(*value)));
        Ok(())
    }

    /// How much later sound comes out, in samples of the rate it comes out at.
    #[must_use]
    pub fn delay_samples(&self) -> usize {
        self.fft.as_ref().map_or(0, |fft| fft.output_delay())
    }

    /// Forgets the sound before, for a stream that starts over.
    pub fn reset(&mut self) {
        if let Some(fft) = &mut self.fft {
            fft.reset();
        }
    }
}

/// Into how many blocks a frame is cut: half a block is the delay, and too small a block eats the treble. Up from
/// 24 kHz nothing is above speech to lose, so blocks are short there; telephone rates need the whole frame.
fn sub_chunks(from: SampleRate, to: SampleRate) -> usize {
    use SampleRate::{Hz24000, Hz44100, Hz48000};
    match (from, to) {
        (Hz24000, Hz48000) => 4,
        (Hz24000 | Hz44100 | Hz48000, Hz24000 | Hz44100 | Hz48000) => 3,
        _ => 1,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the cast saturates, which is how sound clips")]
pub(crate) fn to_sample(value: f32) -> i16 {
    value.round() as i16
}

#[cfg(test)]
#[path = "resample_tests.rs"]
mod tests;
