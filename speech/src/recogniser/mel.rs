//! The logarithmic mel spectrum that Whisper listens to: 80 bands, 100 frames per second, of 30 s.

use realfft::RealFftPlanner;

use super::recognise::{MAX_SECONDS, SAMPLE_RATE_HZ};

/// Bands of a frame.
pub(super) const BANDS: usize = 80;
/// Frames of 30 s.
pub(super) const FRAMES: usize = 3_000;

/// A window is 25 ms.
const WINDOW: usize = 400;
/// Windows are 10 ms apart.
const HOP: usize = 160;
const BINS: usize = WINDOW / 2 + 1;
/// Power below this is silence.
const POWER_MIN: f32 = 1e-10;
/// How far below the loudest value, in powers of ten, anything is cut off.
const RANGE: f32 = 8.0;

/// Slaney's mel scale: linear up to 1 kHz, logarithmic above.
const LINEAR_HZ: f64 = 200.0 / 3.0;
const BEND_HZ: f64 = 1_000.0;
const BEND_MEL: f64 = BEND_HZ / LINEAR_HZ;
/// How far above the bend one mel is, as a factor's logarithm: `ln(6.4) / 27`.
const LOG_STEP: f64 = 0.068_751_777_420_949_12;

/// The part of a spectrum that a band weighs.
#[derive(Debug)]
struct Band {
    first_bin: usize,
    weights: Vec<f32>,
}

/// Turns samples into a spectrum.
#[derive(Debug)]
pub(super) struct MelSpectrum {
    window: Vec<f32>,
    bands: Vec<Band>,
}

impl MelSpectrum {
    pub(super) fn new() -> Self {
        #[expect(clippy::cast_precision_loss, reason = "below 400")]
        let angle = |at: usize| std::f32::consts::TAU * at as f32 / WINDOW as f32;
        Self { window: (0..WINDOW).map(|at| 0.5 - 0.5 * angle(at).cos()).collect(), bands: bands() }
    }

    /// The spectrum of at most 30 s at 16 kHz, and of silence up to 30 s: 3,002 rows of 80 bands, of which the first and
    /// the last are the zeros that the first convolution sees beside them.
    pub(super) fn compute(&self, samples: &[f32]) -> Vec<f32> {
        let samples = &samples[..samples.len().min(MAX_SECONDS * SAMPLE_RATE_HZ)];
        let transform = RealFftPlanner::<f32>::new().plan_fft_forward(WINDOW);
        let (mut input, mut spectrum) = (transform.make_input_vec(), transform.make_output_vec());
        let mut power = [0.0; BINS];
        let mut rows = vec![POWER_MIN.log10(); (FRAMES + 2) * BANDS];
        for (frame, row) in rows[BANDS..(FRAMES + 1) * BANDS].chunks_exact_mut(BANDS).enumerate() {
            // A window stands around its frame's first sample; later ones see only silence.
            let Some(begin) = window_begin(frame, samples.len()) else { break };
            for (at, (value, window)) in input.iter_mut().zip(&self.window).enumerate() {
                *value = sample(samples, begin + at.cast_signed()) * window;
            }
            if transform.process(&mut input, &mut spectrum).is_err() {
                unreachable!("the buffers are the transform's own");
            }
            for (power, value) in power.iter_mut().zip(&spectrum) {
                *power = value.norm_sqr();
            }
            for (value, band) in row.iter_mut().zip(&self.bands) {
                let bins = &power[band.first_bin..band.first_bin + band.weights.len()];
                let sum: f32 = bins.iter().zip(&band.weights).map(|(power, weight)| power * weight).sum();
                *value = sum.max(POWER_MIN).log10();
            }
        }
        limit_range(&mut rows);
        rows
    }
}

/// Where the window of a frame begins; `None` when it begins after the last sample.
fn window_begin(frame: usize, sample_count: usize) -> Option<isize> {
    let begin = (frame * HOP).cast_signed() - (WINDOW / 2).cast_signed();
    (begin < sample_count.cast_signed()).then_some(begin)
}

/// A sample of 30 s that are mirrored at both ends and silent after the last one given.
fn sample(samples: &[f32], at: isize) -> f32 {
    let last = (MAX_SECONDS * SAMPLE_RATE_HZ - 1).cast_signed();
    let mirrored = if at > last { 2 * last - at } else { at };
    samples.get(mirrored.unsigned_abs()).copied().unwrap_or(0.0)
}

/// Cuts off what is far below the loudest value and brings the rest near to -1..=1, as Whisper was trained.
fn limit_range(rows: &mut [f32]) {
    let inside = BANDS..(FRAMES + 1) * BANDS;
    let floor = rows[inside.clone()].iter().copied().fold(f32::MIN, f32::max) - RANGE;
    for value in &mut rows[inside] {
        *value = value.max(floor) / 4.0 + 1.0;
    }
    rows[..BANDS].fill(0.0);
    rows[(FRAMES + 1) * BANDS..].fill(0.0);
}

/// Triangles over the bins, equally far apart in mel and of equal area (Slaney's filters, as librosa makes them).
fn bands() -> Vec<Band> {
    #[expect(clippy::cast_precision_loss, reason = "below 400")]
    let real = |number: usize| number as f64;
    let top = mel(real(SAMPLE_RATE_HZ) / 2.0);
    let edges: Vec<f64> = (0..BANDS + 2).map(|edge| hz(top * real(edge) / real(BANDS + 1))).collect();
    let triangle = |edges: &[f64], bin: usize| {
        let [low, peak, high] = [edges[0], edges[1], edges[2]];
        let at = real(bin) * real(SAMPLE_RATE_HZ) / real(WINDOW);
        let height = ((at - low) / (peak - low)).min((high - at) / (high - peak)).max(0.0);
        height * 2.0 / (high - low)
    };
    let band = |edges: &[f64]| {
        let all: Vec<f64> = (0..BINS).map(|bin| triangle(edges, bin)).collect();
        let first_bin = all.iter().position(|weight| *weight > 0.0).unwrap_or(0);
        let end = all.iter().rposition(|weight| *weight > 0.0).map_or(0, |last| last + 1);
        #[expect(clippy::cast_possible_truncation, reason = "weights are small and need few digits")]
        let weights = all[first_bin..end].iter().map(|weight| *weight as f32).collect();
        Band { first_bin, weights }
    };
    edges.windows(3).map(band).collect()
}

fn mel(hz: f64) -> f64 {
    if hz < BEND_HZ { hz / LINEAR_HZ } else { BEND_MEL + (hz / BEND_HZ).ln() / LOG_STEP }
}

fn hz(mel: f64) -> f64 {
    if mel < BEND_MEL { mel * LINEAR_HZ } else { BEND_HZ * ((mel - BEND_MEL) * LOG_STEP).exp() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A rising tone of a second with gaps.
    fn tone() -> Vec<f32> {
        let value = |at: u32| {
            let seconds = f64::from(at) / 16_000.0;
            let angle = std::f64::consts::TAU * (200.0 * seconds + 1_500.0 * seconds * seconds);
            if at % 4_000 < 3_000 { 0.4 * angle.sin() } else { 0.0 }
        };
        #[expect(clippy::cast_possible_truncation, reason = "samples are stored so")]
        (0..16_000).map(|at| value(at) as f32).collect()
    }

    /// Values of the feature extractor of faster-whisper 1.2.1 for the same samples, padded with zeros to 30 s.
    #[test]
    fn the_spectrum_is_that_of_whisper() {
        let known = [
            (0, [1.11742, 1.22996, 0.52861, 0.18715, -0.12486, -0.30179]),
            (1, [0.52895, 1.36266, 0.01614, -0.32452, -0.6015, -0.6015]),
            (10, [-0.32719, -0.0564, -0.0823, -0.6015, -0.6015, -0.6015]),
            (50, [0.47963, 0.48341, 0.53305, 1.23648, 0.23273, 0.02068]),
            (2_999, [-0.6015; 6]),
        ];

        let rows = MelSpectrum::new().compute(&tone());

        assert_eq!(rows.len(), (FRAMES + 2) * BANDS);
        assert_eq!(rows[..BANDS], [0.0; BANDS]);
        for (frame, values) in known {
            let row = &rows[(frame + 1) * BANDS..(frame + 2) * BANDS];
            for (band, value) in [0, 5, 20, 40, 60, 79].into_iter().zip(values) {
                assert!((row[band] - value).abs() < 1e-3, "frame {frame}, band {band}: {}", row[band]);
            }
        }
    }

    #[test]
    fn nothing_is_silence_and_too_much_is_cut() {
        let silence = MelSpectrum::new().compute(&[]);
        let mut long = vec![0.0; 31 * SAMPLE_RATE_HZ];
        long[30 * SAMPLE_RATE_HZ..].fill(0.5);

        assert!(silence[BANDS..(FRAMES + 1) * BANDS].iter().all(|value| (value + 1.5).abs() < 1e-6));
        assert_eq!(MelSpectrum::new().compute(&long), silence);
    }
}
