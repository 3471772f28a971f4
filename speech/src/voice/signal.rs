//! Turns the network's spectrum into samples at 24 kHz.
//!
//! Per frame of 12.5 ms and per bin, the spectrum is the sum of three: pulses of the pitch, filtered and turned in phase;
//! noise, filtered; and a free part with a phase of its own (Hibari 0.2: `S = exp(lh) e^(iπ tanh θ) STFT(pulses) +
//! exp(ln) Z + exp(lr) e^(iφ)`). An inverse short-time Fourier transform (1,200 samples, hop 300, Hann) gives samples.

use std::f32::consts::{PI, TAU};

use realfft::num_complex::Complex32;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};
use rten_simd::SimdUnaryOp as _;
use rten_vecmath::{Cos, Exp, Sin, Tanh};

use super::speak::VOICE_RATE_HZ;

/// Bins of a frame.
pub(super) const BINS: usize = WINDOW / 2 + 1;
const WINDOW: usize = 1_200;
const HOP: usize = 300;
/// Logarithms of magnitudes above this are mistakes that would hurt.
const LOG_MAX: f32 = 7.0;
/// Below this pitch a frame has no voice.
const VOICED_HZ: f32 = 40.0;
/// Pulses have harmonics up to here.
const HARMONICS_HZ: f32 = 11_000.0;
/// Where a pulse peaks its formula divides by almost nothing.
const PEAK: f32 = 2e-3;
/// The noise is the same each time, so that a sentence always gives the same samples.
const SEED: u64 = 0x9e37_79b9_7f4a_7c15;

/// What the network says; each but the pitch by bin and frame.
#[derive(Debug)]
pub(super) struct Spectrum {
    /// Logarithm of the pulses' filter.
    pub(super) harmonic: Vec<f32>,
    /// Its phase, before `tanh`.
    pub(super) turn: Vec<f32>,
    /// Logarithm of the noise's filter.
    pub(super) noise: Vec<f32>,
    /// Logarithm of the free part's magnitude.
    pub(super) free: Vec<f32>,
    /// The free part's phase.
    pub(super) phase: Vec<f32>,
    /// The pitch of each frame, in Hz.
    pub(super) pitch_hz: Vec<f32>,
}

/// The samples of a spectrum, about -1..=1.
pub(super) fn synthesise(spectrum: Spectrum) -> Vec<f32> {
    let frames = spectrum.pitch_hz.len();
    let mut planner = RealFftPlanner::<f32>::new();
    let (forward, inverse) = (planner.plan_fft_forward(WINDOW), planner.plan_fft_inverse(WINDOW));
    let window = window();
    let pulses = mirrored(&pulses(&spectrum.pitch_hz));
    let filters = Filters::new(spectrum);
    let mut noise = Noise(SEED);
    let mut overlap = Overlap::new(frames);
    for frame in 0..frames {
        let mut bins = transform(&*forward, &pulses[frame * HOP..frame * HOP + WINDOW], &window);
        for (bin, value) in bins.iter_mut().enumerate() {
            *value = filters.apply(*value, bin * frames + frame, &mut noise);
        }
        overlap.add(frame, &back(&*inverse, &mut bins), &window);
    }
    overlap.finish()
}

/// The filters, by bin and frame.
struct Filters {
    harmonic: (Vec<f32>, Vec<f32>),
    noise: Vec<f32>,
    free: (Vec<f32>, Vec<f32>),
}

impl Filters {
    fn new(mut spectrum: Spectrum) -> Self {
        Tanh {}.map_mut(&mut spectrum.turn);
        for turn in &mut spectrum.turn {
            *turn *= PI;
        }
        Self {
            harmonic: polar(spectrum.harmonic, spectrum.turn),
            noise: magnitudes(spectrum.noise),
            free: polar(spectrum.free, spectrum.phase),
        }
    }

    fn apply(&self, pulses: Complex32, at: usize, noise: &mut Noise) -> Complex32 {
        let harmonic = Complex32::new(self.harmonic.0[at], self.harmonic.1[at]);
        let free = Complex32::new(self.free.0[at], self.free.1[at]);
        pulses * harmonic + Complex32::new(noise.next(), noise.next()) * self.noise[at] + free
    }
}

fn magnitudes(mut logs: Vec<f32>) -> Vec<f32> {
    for log in &mut logs {
        *log = log.min(LOG_MAX);
    }
    Exp {}.map_mut(&mut logs);
    logs
}

/// Real and imaginary parts of numbers by the logarithms of their magnitudes and their phases.
fn polar(logs: Vec<f32>, phases: Vec<f32>) -> (Vec<f32>, Vec<f32>) {
    let magnitudes = magnitudes(logs);
    let (mut real, mut imaginary) = (phases.clone(), phases);
    Cos::new().map_mut(&mut real);
    Sin::new().map_mut(&mut imaginary);
    for ((real, imaginary), magnitude) in real.iter_mut().zip(&mut imaginary).zip(&magnitudes) {
        *real *= magnitude;
        *imaginary *= magnitude;
    }
    (real, imaginary)
}

/// A train of pulses with the pitch, each harmonic at amplitude one: `sin((H + 1/2) t) / (2 sin(t / 2)) - 1/2`.
fn pulses(pitch_hz: &[f32]) -> Vec<f32> {
    let mut turns = 0.0_f64;
    let pulse = |at: usize| {
        let hz = pitch_at(pitch_hz, at);
        let bounded = hz.max(VOICED_HZ);
        turns = (turns + f64::from(bounded) / f64::from(VOICE_RATE_HZ)).fract();
        if hz <= VOICED_HZ {
            return 0.0;
        }
        #[expect(clippy::cast_possible_truncation, reason = "a phase needs few digits")]
        let angle = turns as f32 * TAU;
        let harmonics = (HARMONICS_HZ / bounded).floor() + 0.5;
        let divisor = 2.0 * (angle * 0.5).sin();
        let sum = if divisor.abs() <= PEAK { harmonics } else { (harmonics * angle).sin() / divisor };
        sum - 0.5
    };
    (0..pitch_hz.len() * HOP).map(pulse).collect()
}

/// The pitch of a sample: between the middles of the two frames around it, in proportion.
fn pitch_at(pitch_hz: &[f32], at: usize) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "below 300")]
    let place = ((at % HOP) as f32 + 0.5) / HOP as f32 - 0.5;
    let frame = at / HOP;
    let last = pitch_hz.len() - 1;
    let (from, to, share) = if place < 0.0 {
        (frame.saturating_sub(1), frame, place + 1.0)
    } else {
        (frame, (frame + 1).min(last), place)
    };
    pitch_hz[from] * (1.0 - share) + pitch_hz[to] * share
}

/// Samples with half a window of their mirror image before and after them.
fn mirrored(samples: &[f32]) -> Vec<f32> {
    let half = (WINDOW / 2).cast_signed();
    let last = samples.len().cast_signed() - 1;
    let at = |place: isize| {
        let place = if place > last { 2 * last - place } else { place };
        // Less than half a window is mirrored to before its begin; nothing is there.
        samples.get(place.unsigned_abs()).copied().unwrap_or(0.0)
    };
    (-half..samples.len().cast_signed() + half).map(at).collect()
}

/// The periodic Hann window.
fn window() -> Vec<f32> {
    #[expect(clippy::cast_precision_loss, reason = "below 1,200")]
    let angle = |at: usize| TAU * at as f32 / WINDOW as f32;
    (0..WINDOW).map(|at| 0.5 - 0.5 * angle(at).cos()).collect()
}

/// The bins of a window of pulses, scaled so that each harmonic has the magnitude one: the filter alone decides.
fn transform(forward: &dyn RealToComplex<f32>, samples: &[f32], window: &[f32]) -> Vec<Complex32> {
    #[expect(clippy::cast_precision_loss, reason = "300")]
    let scale = 4.0 / WINDOW as f32;
    let mut input: Vec<f32> =
        samples.iter().zip(window).map(|(sample, window)| sample * window * scale).collect();
    let mut bins = forward.make_output_vec();
    forward.process(&mut input, &mut bins).expect("the buffers are of the transform's size");
    bins
}

fn back(inverse: &dyn ComplexToReal<f32>, bins: &mut [Complex32]) -> Vec<f32> {
    // The lowest and the highest bin of something real are real.
    bins[0].im = 0.0;
    bins[BINS - 1].im = 0.0;
    let mut samples = inverse.make_output_vec();
    inverse.process(bins, &mut samples).expect("the buffers are of the transform's size");
    samples
}

/// Adds up windows that overlap.
struct Overlap {
    sums: Vec<f32>,
    weights: Vec<f32>,
}

impl Overlap {
    fn new(frames: usize) -> Self {
        let length = (frames.max(1) - 1) * HOP + WINDOW;
        Self { sums: vec![0.0; length], weights: vec![0.0; length] }
    }

    fn add(&mut self, frame: usize, samples: &[f32], window: &[f32]) {
        #[expect(clippy::cast_precision_loss, reason = "1,200")]
        let scale = 1.0 / WINDOW as f32;
        let sums = &mut self.sums[frame * HOP..];
        let weights = &mut self.weights[frame * HOP..];
        for (((sum, weight), sample), window) in sums.iter_mut().zip(weights).zip(samples).zip(window) {
            *sum += sample * scale * window;
            *weight += window * window;
        }
    }

    /// The samples from the middle of the first window to the middle of the last one, and a hop more.
    fn finish(self) -> Vec<f32> {
        let frames = (self.sums.len() - WINDOW) / HOP + 1;
        let inside = WINDOW / 2..WINDOW / 2 + frames * HOP;
        let sums = self.sums.get(inside.clone()).unwrap_or_default();
        let weights = self.weights.get(inside).unwrap_or_default();
        sums.iter().zip(weights).map(|(sum, weight)| sum / weight.max(1e-11)).collect()
    }
}

/// Noise of mean zero and variance one.
struct Noise(u64);

impl Noise {
    /// The sum of four even numbers is near enough to a normal one: the transform adds up hundreds more (Irwin–Hall).
    fn next(&mut self) -> f32 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        let sum: u32 = (0..4).map(|part| u32::try_from(mixed >> (16 * part) & 0xffff).unwrap_or(0)).sum();
        #[expect(clippy::cast_precision_loss, reason = "below 2^18")]
        let centred = sum as f32 / 65_535.0 - 2.0;
        centred * 3.0_f32.sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn silence(frames: usize, pitch_hz: f32) -> Spectrum {
        let quiet = vec![-40.0; BINS * frames];
        Spectrum {
            harmonic: quiet.clone(),
            turn: vec![0.0; BINS * frames],
            noise: quiet.clone(),
            free: quiet,
            phase: vec![0.0; BINS * frames],
            pitch_hz: vec![pitch_hz; frames],
        }
    }

    #[test]
    fn a_frame_is_300_samples_and_silence_is_silent() {
        for frames in [1, 2, 7] {
            let samples = synthesise(silence(frames, 0.0));

            assert_eq!(samples.len(), frames * HOP);
            assert!(samples.iter().all(|sample| sample.abs() < 1e-6));
        }
    }

    #[test]
    fn one_open_harmonic_is_a_tone_of_its_pitch() {
        // Bins are 20 Hz apart: the first harmonic of 200 Hz is the tenth. A cosine of amplitude one has the magnitude 300.
        let frames = 40;
        let mut spectrum = silence(frames, 200.0);
        for bin in 7..=13 {
            spectrum.harmonic[bin * frames..(bin + 1) * frames].fill(150.0_f32.ln());
        }

        let samples = synthesise(spectrum);

        let inside = &samples[20 * HOP..30 * HOP];
        let peak = inside.iter().copied().fold(0.0, f32::max);
        let crossings = inside.windows(2).filter(|pair| pair[0] < 0.0 && pair[1] >= 0.0).count();
        assert_eq!(crossings, 25, "3,000 samples are an eighth of a second");
        assert!((peak - 0.5).abs() < 0.02, "{peak}");
    }

    #[test]
    fn noise_has_mean_zero_and_variance_one() {
        let mut noise = Noise(SEED);
        let values: Vec<f32> = (0..20_000).map(|_| noise.next()).collect();

        let mean = values.iter().sum::<f32>() / 20_000.0;
        let variance = values.iter().map(|value| value * value).sum::<f32>() / 20_000.0;
        assert!(mean.abs() < 0.03 && (variance - 1.0).abs() < 0.03, "{mean} {variance}");
    }
}
