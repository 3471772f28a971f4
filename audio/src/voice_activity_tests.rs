//! Voices, noises and pauses, and what of them counts as somebody who speaks.

use super::*;
use crate::{synthetic_voice, write_samples};

const NEAR: Onset = Onset { score: 0.62, frame_count: 2, dbfs: -48.0 };

/// Milliseconds at which something changed, heard in frames of 20 ms.
fn changes(samples: &[i16]) -> Vec<(usize, Activity)> {
    let mut activity = VoiceActivity::default();
    let frames = samples.chunks_exact(480).enumerate();
    frames
        .filter_map(|(at, frame)| {
            let mut pcm = Vec::new();
            write_samples(frame, &mut pcm);
            activity.hear(&pcm, NEAR, 500).map(|change| ((at + 1) * 20, change))
        })
        .collect()
}

fn silence(ms: usize) -> Vec<i16> {
    vec![0; ms * 24]
}

fn noise(ms: usize, amplitude: f64) -> Vec<i16> {
    let mut state = 7_u32;
    (0..ms * 24)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            ((f64::from(state >> 16) / 32_768.0 - 1.0) * amplitude) as i16
        })
        .collect()
}

#[test]
fn a_voice_is_noticed_within_150_ms_and_its_end_after_the_silence() {
    for (pitch_hz, seed) in [(118.0, 0), (96.0, 1), (180.0, 2), (210.0, 3), (140.0, 4)] {
        let sound = [silence(400), synthetic_voice(1_500, pitch_hz, seed), silence(1_200)].concat();

        let changes = changes(&sound);

        let [(began, Activity::Began), (ended, Activity::Ended)] = changes[..] else {
            panic!("{pitch_hz} Hz: {changes:?}")
        };
        assert!((400..=550).contains(&began), "{pitch_hz} Hz began at {began}");
        assert!((2_400..=2_700).contains(&ended), "{pitch_hz} Hz ended at {ended}");
    }
}

#[test]
fn noise_clicks_and_silence_are_nobody() {
    let mut click = silence(500);
    click.extend(noise(20, 20_000.0));
    click.extend(silence(500));

    for amplitude in [200.0, 600.0, 1_000.0, 3_000.0, 20_000.0] {
        let hiss = noise(3_000, amplitude);
        let rumble: Vec<i16> = hiss
            .iter()
            .scan(0.0, |last, sample| {
                *last = *last * 0.95 + f64::from(*sample) * 0.3;
                Some(*last as i16)
            })
            .collect();
        for sound in
            [hiss.clone(), [silence(400), hiss].concat(), rumble.clone(), [silence(400), rumble].concat()]
        {
            assert_eq!(changes(&sound), [], "noise of {amplitude}");
        }
    }
    for sound in [silence(2_000), click] {
        assert_eq!(changes(&sound), []);
    }
}

#[test]
fn a_breath_between_words_does_not_end_what_is_said() {
    let sound =
        [synthetic_voice(800, 118.0, 0), silence(300), synthetic_voice(800, 118.0, 3), silence(1_000)]
            .concat();

    let kinds: Vec<Activity> = changes(&sound).into_iter().map(|(_, change)| change).collect();

    assert_eq!(kinds, [Activity::Began, Activity::Ended]);
}

#[test]
fn the_same_sound_in_other_pieces_is_the_same_speech() {
    let sound = [silence(200), synthetic_voice(900, 130.0, 2), silence(900)].concat();
    let expected = changes(&sound).len();
    for frame in [240, 960, 2_880] {
        let mut activity = VoiceActivity::default();
        let found = sound.chunks_exact(frame).filter(|piece| {
            let mut pcm = Vec::new();
            write_samples(piece, &mut pcm);
            activity.hear(&pcm, NEAR, 500).is_some()
        });

        assert_eq!(found.count(), expected, "in pieces of {frame}");
    }
}
