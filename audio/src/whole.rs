//! Whole pieces of sound between any two rates, such as a sentence from a voice that speaks at its own.

use audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Resampler as _, WindowFunction};

/// Samples that are converted at a time.
const CHUNK_SAMPLES: usize = 1_024;

/// Rates that sound may have, in Hz.
const RATES: std::ops::RangeInclusive<u32> = 4_000..=192_000;

/// A piece of sound, mono, at another rate in Hz: as long as it was, and not delayed. `None` where a rate is none that
/// sound has.
#[must_use]
pub fn resample_whole(samples: &[i16], from_hz: u32, to_hz: u32) -> Option<Vec<i16>> {
    if !RATES.contains(&from_hz) || !RATES.contains(&to_hz) {
        return None;
    }
    if from_hz == to_hz || samples.is_empty() {
        return Some(samples.to_vec());
    }
    let window = WindowFunction::BlackmanHarris2;
    let (from, to) = (from_hz as usize, to_hz as usize);
    let fft = Fft::<f32>::new_custom(from, to, CHUNK_SAMPLES, 1, 1, window, FixedSync::Input);
    let mut fft = fft.ok()?;
    let input: Vec<f32> = samples.iter().map(|sample| f32::from(*sample)).collect();
    let input = InterleavedSlice::new(&input, 1, samples.len()).ok()?;
    let converted = fft.process_all(&input, samples.len(), None).ok()?.take_data();
    Some(converted.into_iter().map(crate::resample::to_sample).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A tone of this pitch, half as loud as can be.
    fn tone(pitch_hz: f64, rate_hz: u32, sample_count: u32) -> Vec<i16> {
        let step = std::f64::consts::TAU * pitch_hz / f64::from(rate_hz);
        #[expect(clippy::cast_possible_truncation, reason = "half as loud as can be")]
        (0..sample_count).map(|at| ((f64::from(at) * step).sin() * 16_000.0) as i16).collect()
    }

    #[test]
    fn a_tone_is_the_same_tone_at_the_same_time() {
        for (from, to) in [(22_050, 24_000), (24_000, 16_000), (16_000, 24_000), (48_000, 24_000)] {
            let converted = resample_whole(&tone(440.0, from, from), from, to).unwrap();

            let expected = tone(440.0, to, to);
            assert!(converted.len().abs_diff(expected.len()) <= 1, "{from} to {to}: {}", converted.len());
            let middle = to as usize / 4..to as usize * 3 / 4;
            let worst = middle.map(|at| converted[at].abs_diff(expected[at])).max();
            // At the same time to within a sample: one step of the tone at its steepest.
            assert!(worst < Some(3_000), "{from} to {to}: {worst:?}");
        }
    }

    #[test]
    fn what_is_no_rate_is_refused_and_the_same_rate_changes_nothing() {
        assert_eq!(resample_whole(&[1, 2], 0, 24_000), None);
        assert_eq!(resample_whole(&[1, 2], 24_000, u32::MAX), None);
        assert_eq!(resample_whole(&[1, 2], 24_000, 24_000), Some(vec![1, 2]));
        assert_eq!(resample_whole(&[], 8_000, 24_000), Some(vec![]));
    }

    proptest! {
        #[test]
        fn no_piece_is_too_short_or_too_odd(
            samples in prop::collection::vec(any::<i16>(), 1..4_000),
            from_hz in 4_000..60_000_u32,
        ) {
            // Rates without a common divisor need blocks of their own length: those that devices have share one.
            let from_hz = from_hz / 50 * 50;
            let converted = resample_whole(&samples, from_hz, 24_000).unwrap();

            let expected = samples.len() as u64 * 24_000 / u64::from(from_hz);
            prop_assert!((converted.len() as u64).abs_diff(expected) <= 2);
        }
    }
}
