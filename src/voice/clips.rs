//! Local clips: short soft tones that say "one moment", "I am looking it up" and "goodbye" without any provider.

use audio::relay::Clip;
use audio::{SampleRate, write_samples};

const RATE: f32 = 24_000.0;
/// A quarter of full scale: present, and quieter than speech.
const VOLUME: f32 = 0.12 * 32_767.0;
/// Fade at either end of a note, so that it does not click.
const FADE_S: f32 = 0.02;

/// The frames of a clip: 20 ms of PCM16 at 24 kHz each.
pub(super) fn frames(clip: Clip) -> Vec<Vec<u8>> {
    // Pitches in Hz (equal temperament) and lengths in milliseconds; 0 Hz is a rest.
    let notes: &[(f32, u32)] = match clip {
        Clip::OneMoment => &[(523.25, 160), (0.0, 60), (659.26, 200)],
        Clip::Filler => &[(587.33, 90), (0.0, 110), (587.33, 90)],
        Clip::Goodbye => &[(659.26, 160), (0.0, 40), (523.25, 160), (0.0, 40), (392.0, 280)],
    };
    let samples: Vec<i16> = notes.iter().flat_map(|(hz, ms)| note(*hz, *ms)).collect();
    samples
        .chunks(SampleRate::Hz24000.samples_per_frame())
        .map(|chunk| {
            let mut bytes = Vec::with_capacity(SampleRate::Hz24000.bytes_per_frame());
            write_samples(chunk, &mut bytes);
            bytes.resize(SampleRate::Hz24000.bytes_per_frame(), 0);
            bytes
        })
        .collect()
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "a fraction of a second of samples, within 16 bits"
)]
fn note(hz: f32, ms: u32) -> impl Iterator<Item = i16> {
    let count = ms * 24;
    let length_s = count as f32 / RATE;
    (0..count).map(move |index| {
        let at = index as f32 / RATE;
        let envelope = (at / FADE_S).min((length_s - at) / FADE_S).clamp(0.0, 1.0);
        ((std::f32::consts::TAU * hz * at).sin() * envelope * VOLUME) as i16
    })
}

#[cfg(test)]
mod tests {
    use audio::{Level, read_samples};

    use super::*;

    #[test]
    fn clips_are_short_soft_and_whole_frames() {
        for clip in [Clip::OneMoment, Clip::Filler, Clip::Goodbye] {
            let frames = frames(clip);

            assert!((10..50).contains(&frames.len()), "{clip:?}");
            let mut samples = Vec::new();
            for frame in &frames {
                assert_eq!(frame.len(), 960);
                read_samples(frame, &mut samples).unwrap();
            }
            let level = Level::of(&samples);
            assert!(!level.is_silent() && level.peak < 8_000, "{clip:?} {level:?}");
            assert!(samples.windows(2).all(|pair| (i32::from(pair[1]) - i32::from(pair[0])).abs() < 1_200));
        }
    }
}
