//! Any 40 ms are located, also after what sound goes through on its way to an ear.

use audio::{Resampler, SampleRate};
use proptest::prelude::*;

use super::*;

const WINDOW: usize = 960;

/// Up to 48 kHz and down again, as a browser does it; the delay of both is cut off.
fn through_a_browser(samples: &[i16]) -> Vec<i16> {
    let mut up = Resampler::new(SampleRate::Hz24000, SampleRate::Hz48000);
    let mut down = Resampler::new(SampleRate::Hz48000, SampleRate::Hz24000);
    let mut result = Vec::new();
    for frame in samples.chunks_exact(480) {
        let mut wide = Vec::new();
        up.convert(frame, &mut wide).unwrap();
        down.convert(&wide, &mut result).unwrap();
    }
    let delay = up.delay_samples() / 2 + down.delay_samples();
    result.split_off(delay)
}

/// Fades in over the first 5 ms, or out over the last.
fn fade(samples: &mut [i16], is_in: bool) {
    let length = samples.len();
    for n in 0..120_i32 {
        let at = usize::try_from(n).unwrap();
        let sample = if is_in { &mut samples[at] } else { &mut samples[length - 1 - at] };
        *sample = i16::try_from(i32::from(*sample) * n / 120).unwrap();
    }
}

fn is_near(found: Option<(u32, u64)>, item_index: u32, from_sample: u64) -> bool {
    let expected = from_sample / SAMPLES_PER_MS;
    found.is_some_and(|(item, ms)| item == item_index % ITEM_COUNT && ms.abs_diff(expected) <= 20)
}

proptest! {
    #[test]
    fn any_40_ms_tell_where_they_are_from(item_index: u32, from in 0..WRAP_MS * SAMPLES_PER_MS - 960) {
        let samples = render(item_index, from, WINDOW);

        prop_assert!(is_near(locate(&samples), item_index, from), "{:?}", locate(&samples));
    }

    #[test]
    fn resampled_and_faded_sound_tells_it_too(
        item_index in 0..ITEM_COUNT,
        from in 0..100_000_u64 * SAMPLES_PER_MS,
        cut in 500..2_000_usize,
        fades_in: bool,
    ) {
        let heard = through_a_browser(&render(item_index, from, 480 * 10));
        let mut window = heard[cut..cut + WINDOW].to_vec();
        fade(&mut window, fades_in);

        let found = locate(&window);

        prop_assert!(is_near(found, item_index, from + cut as u64), "{found:?}");
    }

    #[test]
    fn pieces_are_the_same_as_the_whole(item_index: u32, from in 0..1_000_000_u64, at in 0..2_000_usize) {
        let whole = render(item_index, from, 2_000);
        let rest = render(item_index, from + at as u64, 2_000 - at);

        prop_assert_eq!(&whole[at..], &rest[..]);
    }

    #[test]
    fn noise_is_from_nowhere(samples in prop::collection::vec(any::<i16>(), WINDOW)) {
        prop_assert_eq!(locate(&samples), None);
    }
}

#[test]
fn silence_one_pure_tone_and_too_little_are_from_nowhere() {
    let tone: Vec<i16> = (0..WINDOW)
        .map(|n| (8_000.0 * (f64::from(u32::try_from(n).unwrap()) * 700.0 * TAU / 24_000.0).sin()) as i16)
        .collect();

    assert_eq!(locate(&[0; WINDOW]), None);
    assert_eq!(locate(&tone), None);
    assert_eq!(locate(&render(1, 0, 400)), None);
}

#[test]
fn tones_are_loud_enough_to_be_speech_and_never_clip() {
    let samples = render(77, 123, 48_000);

    let level = audio::Level::of(&samples);

    assert!((-20.0..-12.0).contains(&level.rms_dbfs), "{level:?}");
    assert!(!level.is_clipped());
}
