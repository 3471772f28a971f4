//! A voice for tests: syllables of vowels and hisses by formants. It says nothing, and sounds like somebody who speaks.
//!
//! Test beds need a microphone that voice activity takes for a person; noise and tones are not, and recordings would
//! be someone's.

use std::f64::consts::TAU;

const RATE_HZ: f64 = 24_000.0;
const SAMPLES_PER_MS: usize = 24;

/// How long a syllable is, in seconds, and which part of it hisses.
const SYLLABLE_S: f64 = 0.18;
const HISS: f64 = 0.18;

/// The first three formants of five vowels, in Hz.
const VOWELS: [[f64; 3]; 5] = [
    [730.0, 1_090.0, 2_440.0],
    [270.0, 2_290.0, 3_010.0],
    [530.0, 1_840.0, 2_480.0],
    [570.0, 840.0, 2_410.0],
    [300.0, 870.0, 2_240.0],
];
/// Bandwidth in Hz and weight of each formant.
const SHAPES: [(f64, f64); 3] = [(80.0, 1.0), (110.0, 0.6), (160.0, 0.35)];
/// Loud enough to be near a microphone.
const AMPLITUDE: f64 = 60_000.0;

/// A resonance of the throat.
#[derive(Default)]
struct Formant {
    before: [f64; 2],
}

impl Formant {
    fn resonate(&mut self, input: f64, hz: f64, bandwidth_hz: f64) -> f64 {
        let radius = (-TAU / 2.0 * bandwidth_hz / RATE_HZ).exp();
        let angle = TAU * hz / RATE_HZ;
        let gain = (1.0 - radius) * (1.0 - 2.0 * radius * (2.0 * angle).cos() + radius * radius).sqrt();
        let [last, earlier] = self.before;
        let output = gain * input + 2.0 * radius * angle.cos() * last - radius * radius * earlier;
        self.before = [output, last];
        output
    }
}

/// So many milliseconds of a voice at 24 kHz; `pitch_hz` is how high it speaks, `seed` what it says.
#[must_use]
pub fn synthetic_voice(ms: usize, pitch_hz: f64, seed: u32) -> Vec<i16> {
    let mut formants = [Formant::default(), Formant::default(), Formant::default()];
    let (mut phase, mut throat, mut noise) = (0.0, 0.0, seed.wrapping_mul(2_654_435_761) | 1);
    (0..ms * SAMPLES_PER_MS)
        .map(|at| {
            let time_s = real(at) / RATE_HZ;
            let part = (time_s / SYLLABLE_S).fract();
            let syllable = whole(time_s / SYLLABLE_S) + seed as usize;
            let (from, to) = (VOWELS[syllable % 5], VOWELS[(syllable + 1) % 5]);
            phase +=
                (pitch_hz + 14.0 * (TAU * 1.7 * time_s).sin() + 4.0 * (TAU * 5.3 * time_s).sin()) / RATE_HZ;
            let pulse = if phase >= 1.0 { 1.0 } else { 0.0 };
            phase -= pulse;
            throat = throat * 0.96 + pulse;
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let breath = f64::from(noise >> 16) / 32_768.0 - 1.0;
            let is_hiss = part < HISS;
            let source = if is_hiss { breath * 0.25 } else { throat + breath * 0.02 };
            let voice: f64 = (0..3)
                .map(|n| {
                    let hz = from[n] + (to[n] - from[n]) * part * part;
                    formants[n].resonate(source, hz, SHAPES[n].0) * SHAPES[n].1
                })
                .sum();
            let swell = if is_hiss { 0.35 } else { ((part - HISS) / (1.0 - HISS) * TAU / 2.0).sin().sqrt() };
            to_sample(voice * swell * AMPLITUDE)
        })
        .collect()
}

#[expect(clippy::cast_precision_loss, reason = "sample counts of one utterance")]
fn real(number: usize) -> f64 {
    number as f64
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of syllables")]
fn whole(number: f64) -> usize {
    number as usize
}

#[expect(clippy::cast_possible_truncation, reason = "clamped")]
fn to_sample(value: f64) -> i16 {
    value.clamp(-30_000.0, 30_000.0) as i16
}
