//! Frame counts, noise, aliases and delay of every conversion that calls use.

use proptest::prelude::*;

use super::*;
use crate::SampleRate::{Hz8000, Hz16000, Hz24000, Hz44100, Hz48000};

const CONVERSIONS: [(SampleRate, SampleRate); 8] = [
    (Hz8000, Hz24000),
    (Hz16000, Hz24000),
    (Hz44100, Hz24000),
    (Hz48000, Hz24000),
    (Hz24000, Hz8000),
    (Hz24000, Hz16000),
    (Hz24000, Hz44100),
    (Hz24000, Hz48000),
];

const FRAMES: usize = 50;
/// Frames until a filter has swung in.
const SETTLED: usize = 5;

fn tone(rate: SampleRate, hz: f64) -> Vec<i16> {
    (0..rate.samples_per_frame() * FRAMES)
        .map(|n| {
            (16_000.0 * (n as f64 * std::f64::consts::TAU * hz / f64::from(rate.hz())).sin()).round() as i16
        })
        .collect()
}

fn converted(from: SampleRate, to: SampleRate, sound: &[i16]) -> Vec<i16> {
    let mut resampler = Resampler::new(from, to);
    let mut out = Vec::new();
    for frame in sound.chunks(from.samples_per_frame()) {
        resampler.convert(frame, &mut out).unwrap();
    }
    out
}

/// Power of the part at `hz`, and of everything else, once settled.
fn signal_and_noise(sound: &[i16], rate: SampleRate, hz: f64) -> (f64, f64) {
    let settled = &sound[SETTLED * rate.samples_per_frame()..];
    let step = std::f64::consts::TAU * hz / f64::from(rate.hz());
    let (mut sine, mut cosine, mut power) = (0.0, 0.0, 0.0);
    for (n, sample) in settled.iter().enumerate() {
        let value = f64::from(*sample);
        sine += value * (n as f64 * step).sin();
        cosine += value * (n as f64 * step).cos();
        power += value * value;
    }
    let count = settled.len() as f64;
    let signal = 2.0 * (sine * sine + cosine * cosine) / (count * count);
    (signal, (power / count - signal).max(1e-9))
}

fn decibels(ratio: f64) -> f64 {
    10.0 * ratio.log10()
}

#[test]
fn every_frame_gives_exactly_one_frame() {
    for (from, to) in CONVERSIONS {
        let mut resampler = Resampler::new(from, to);
        for _ in 0..FRAMES {
            let mut out = Vec::new();
            resampler.convert(&vec![100; from.samples_per_frame()], &mut out).unwrap();

            assert_eq!(out.len(), to.samples_per_frame(), "{from:?} to {to:?}");
        }
    }
}

#[test]
fn a_tone_of_1_khz_comes_out_as_clean_as_16_bits_can_be() {
    for (from, to) in CONVERSIONS {
        let out = converted(from, to, &tone(from, 1_000.0));
        let (signal, noise) = signal_and_noise(&out, to, 1_000.0);
        let loudness = decibels(signal / (16_000.0_f64.powi(2) / 2.0));

        // A tone at half of full scale, rounded to 16 bits twice, cannot be better than 88 dB.
        assert!(decibels(signal / noise) > 85.0, "{from:?} to {to:?}: {:.1} dB", decibels(signal / noise));
        assert!(loudness.abs() < 0.05, "{from:?} to {to:?}: {loudness} dB");
    }
}

#[test]
fn tones_above_the_new_half_rate_are_not_folded_into_speech() {
    for (from, to) in CONVERSIONS.into_iter().filter(|(from, to)| from.hz() > to.hz()) {
        for factor in [1.1, 1.3, 1.5, 1.7] {
            let hz = f64::from(to.hz()) / 2.0 * factor;
            if hz >= f64::from(from.hz()) / 2.0 {
                continue;
            }
            let out = converted(from, to, &tone(from, hz));
            let settled = &out[SETTLED * to.samples_per_frame()..];
            let (alias, _) = signal_and_noise(&out, to, f64::from(to.hz()) - hz);
            let alias = decibels(alias.max(1e-12) / (16_000.0_f64.powi(2) / 2.0));

            // The rounding of the input is noise of its own: one step at most, and -96 dB in one place.
            assert!(settled.iter().all(|sample| sample.abs() <= 1), "{from:?} to {to:?} at {hz} Hz");
            assert!(alias < -90.0, "{from:?} to {to:?} at {hz} Hz: {alias:.1} dB");
        }
    }
}

#[test]
fn no_images_appear_above_the_old_half_rate() {
    for (from, to) in CONVERSIONS.into_iter().filter(|(from, to)| from.hz() < to.hz()) {
        let hz = f64::from(from.hz()) * 0.35;
        let (signal, noise) = signal_and_noise(&converted(from, to, &tone(from, hz)), to, hz);

        assert!(decibels(signal / noise) > 80.0, "{from:?} to {to:?}: {:.1} dB", decibels(signal / noise));
    }
}

#[test]
fn speech_up_to_three_quarters_of_the_band_keeps_its_level() {
    for (from, to) in CONVERSIONS {
        let hz = f64::from(from.hz().min(to.hz())) / 2.0 * 0.75;
        let (signal, _) = signal_and_noise(&converted(from, to, &tone(from, hz)), to, hz);
        let loss = decibels(signal / (16_000.0_f64.powi(2) / 2.0));

        assert!(loss.abs() < 0.5, "{from:?} to {to:?}: {loss:.2} dB at {hz} Hz");
    }
}

#[test]
fn the_delay_is_what_was_measured_and_at_most_half_a_frame() {
    let delay_ms = |from, to: SampleRate| {
        let delay = Resampler::new(from, to).delay_samples() as f64 * 1_000.0 / f64::from(to.hz());
        (delay * 100.0).round() / 100.0
    };

    let delays: Vec<_> = CONVERSIONS.into_iter().map(|(from, to)| delay_ms(from, to)).collect();
    assert_eq!(delays, [10.0, 10.0, 3.33, 3.33, 10.0, 10.0, 3.33, 2.5]);
}

#[test]
fn a_reset_forgets_the_sound_before() {
    let mut resampler = Resampler::new(Hz48000, Hz24000);
    let mut out = Vec::new();
    resampler.convert(&[10_000; 960], &mut out).unwrap();
    out.clear();

    resampler.reset();
    resampler.convert(&[0; 960], &mut out).unwrap();

    assert_eq!(out, [0; 480]);
}

#[test]
fn equal_rates_pass_unchanged_and_without_delay() {
    let sound = tone(Hz24000, 700.0);

    assert_eq!(converted(Hz24000, Hz24000, &sound), sound);
    assert_eq!(Resampler::new(Hz24000, Hz24000).delay_samples(), 0);
}

#[test]
fn what_is_not_a_frame_is_refused() {
    let mut resampler = Resampler::new(Hz48000, Hz24000);
    let mut out = Vec::new();

    let refusal = resampler.convert(&[0; 959], &mut out);

    assert_eq!(refusal, Err(NotAFrame { sample_count: 959, expected: 960 }));
    assert!(out.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn loud_sound_clips_and_never_wraps(loud in prop::collection::vec(prop::bool::ANY, 12)) {
        let sound: Vec<i16> =
            loud.iter().flat_map(|up| vec![if *up { i16::MAX } else { i16::MIN }; 480]).collect();
        let out = converted(Hz24000, Hz48000, &sound);
        let delay = Resampler::new(Hz24000, Hz48000).delay_samples();

        // In the middle of a frame, away from the edges, the sign must be that of the input.
        for (index, up) in loud.iter().enumerate().take(11) {
            prop_assert_eq!(out[index * 960 + 480 + delay] > 0, *up);
        }
    }
}
