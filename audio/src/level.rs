//! Level of a frame.

/// Below this a frame counts as silence: quieter than breath at a microphone with gain control, louder than the
/// noise of a 16-bit converter.
const SILENCE_DBFS: f32 = -55.0;

/// The floor of the scale: the step of 16 bits.
const FLOOR_DBFS: f32 = -96.0;

/// Loudness of a piece of sound, against the loudest that 16 bits can hold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    /// Root mean square in decibels: 0 is full scale, −96 is nothing.
    pub rms_dbfs: f32,
    /// The loudest sample, from 0 to 32,768.
    pub peak: u16,
}

impl Level {
    /// The level of `samples`; nothing is silent.
    #[must_use]
    pub fn of(samples: &[i16]) -> Self {
        let peak = samples.iter().map(|sample| sample.unsigned_abs()).max().unwrap_or(0);
        let sum: u64 = samples.iter().map(|sample| u64::from(sample.unsigned_abs()).pow(2)).sum();
        Self { rms_dbfs: decibels(sum, samples.len()), peak }
    }

    /// Whether there is nothing to hear.
    #[must_use]
    pub fn is_silent(self) -> bool {
        self.rms_dbfs < SILENCE_DBFS
    }

    /// Whether samples were cut at full scale, which no filter repairs.
    #[must_use]
    pub fn is_clipped(self) -> bool {
        self.peak >= i16::MAX.unsigned_abs()
    }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "a sum of squares needs no more digits than a meter shows"
)]
fn decibels(sum_of_squares: u64, count: usize) -> f32 {
    if sum_of_squares == 0 {
        return FLOOR_DBFS;
    }
    let full_scale = f64::from(i16::MIN).powi(2);
    let mean = sum_of_squares as f64 / count as f64;
    ((10.0 * (mean / full_scale).log10()) as f32).max(FLOOR_DBFS)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sine(amplitude: f64) -> Vec<i16> {
        (0..480).map(|n| (amplitude * (f64::from(n) * std::f64::consts::TAU / 48.0).sin()) as i16).collect()
    }

    #[test]
    fn a_full_sine_is_three_decibels_below_full_scale() {
        let level = Level::of(&sine(32_767.0));

        assert!((level.rms_dbfs + 3.01).abs() < 0.01, "{level:?}");
        assert!(level.is_clipped());
    }

    #[test]
    fn a_tenth_of_the_amplitude_is_twenty_decibels_less() {
        let difference = Level::of(&sine(30_000.0)).rms_dbfs - Level::of(&sine(3_000.0)).rms_dbfs;

        assert!((difference - 20.0).abs() < 0.02, "{difference}");
    }

    #[test]
    fn nothing_and_the_noise_of_the_converter_are_silent_and_speech_is_not() {
        assert_eq!(Level::of(&[]), Level { rms_dbfs: -96.0, peak: 0 });
        assert!(Level::of(&[0; 480]).is_silent());
        assert!(Level::of(&sine(3.0)).is_silent());
        assert!(!Level::of(&sine(1_000.0)).is_silent());
    }

    proptest! {
        #[test]
        fn every_level_is_on_the_scale(samples: Vec<i16>) {
            let level = Level::of(&samples);

            prop_assert!((-96.0..=0.0).contains(&level.rms_dbfs));
            prop_assert!(level.peak <= 32_768);
        }
    }
}
