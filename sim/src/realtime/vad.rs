//! Detects speech by its energy, in the time of the sound itself: without more sound nothing ever happens.

use audio::Level;

use super::config::TurnDetection;

/// Loudness is judged every 10 ms.
const JUDGED_SAMPLES: usize = 240;
const JUDGED_MS: u64 = 10;
/// So much must be loud in a row before it is speech: a click is not.
const ONSET_MS: u64 = 20;

/// What was detected, in milliseconds of all sound appended so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Detected {
    /// Speech began here, prefix padding included.
    Started { at_ms: u64 },
    /// Speech ended, and so much silence has passed that this is sure.
    Stopped { at_ms: u64 },
}

/// Follows one input.
#[derive(Debug, Default)]
pub(super) struct Vad {
    pending: Vec<i16>,
    heard_ms: u64,
    loud_ms: u64,
    quiet_ms: u64,
    is_speech: bool,
    /// Sound before this belongs to an earlier turn.
    floor_ms: u64,
}

impl Vad {
    pub(super) fn is_speech(&self) -> bool {
        self.is_speech
    }

    /// Begins a new turn: what was heard so far belongs to the one before.
    pub(super) fn restart(&mut self) {
        self.floor_ms = self.heard_ms;
        self.loud_ms = 0;
        self.quiet_ms = 0;
        self.is_speech = false;
    }

    /// Takes sound in. Without `detection` only time passes.
    pub(super) fn hear(&mut self, samples: &[i16], detection: Option<&TurnDetection>) -> Vec<Detected> {
        let mut detected = Vec::new();
        self.pending.extend_from_slice(samples);
        let whole = self.pending.len() / JUDGED_SAMPLES * JUDGED_SAMPLES;
        for at in (0..whole).step_by(JUDGED_SAMPLES) {
            let level = detection.map(|_| Level::of(&self.pending[at..at + JUDGED_SAMPLES]).rms_dbfs);
            self.heard_ms += JUDGED_MS;
            if let (Some(detection), Some(level)) = (detection, level) {
                detected.extend(self.judge(level, detection));
            }
        }
        self.pending.drain(..whole);
        detected
    }

    fn judge(&mut self, level_dbfs: f32, detection: &TurnDetection) -> Option<Detected> {
        if level_dbfs > detection.threshold_dbfs {
            self.quiet_ms = 0;
            self.loud_ms += JUDGED_MS;
            if !self.is_speech && self.loud_ms >= ONSET_MS {
                self.is_speech = true;
                let at_ms = self.heard_ms.saturating_sub(self.loud_ms + detection.prefix_padding_ms);
                return Some(Detected::Started { at_ms: at_ms.max(self.floor_ms) });
            }
            return None;
        }
        self.loud_ms = 0;
        self.quiet_ms += JUDGED_MS;
        if self.is_speech && self.quiet_ms >= detection.silence_duration_ms {
            self.restart();
            return Some(Detected::Stopped { at_ms: self.heard_ms });
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DETECTION: TurnDetection = TurnDetection {
        threshold_dbfs: -40.0,
        prefix_padding_ms: 300,
        silence_duration_ms: 500,
        creates_response: true,
        interrupts_response: true,
        idle_timeout_ms: None,
    };

    fn sound(amplitude: i16, ms: usize) -> Vec<i16> {
        (0..ms * 24).map(|n| if n % 2 == 0 { amplitude } else { -amplitude }).collect()
    }

    #[test]
    fn speech_starts_with_its_padding_and_stops_after_the_silence() {
        let mut vad = Vad::default();

        assert_eq!(vad.hear(&sound(10, 1_000), Some(&DETECTION)), []);
        assert_eq!(vad.hear(&sound(2_000, 400), Some(&DETECTION)), [Detected::Started { at_ms: 700 }]);
        assert_eq!(vad.hear(&sound(10, 490), Some(&DETECTION)), []);
        assert_eq!(vad.hear(&sound(10, 10), Some(&DETECTION)), [Detected::Stopped { at_ms: 1_900 }]);
    }

    #[test]
    fn padding_never_reaches_into_the_turn_before() {
        let mut vad = Vad::default();
        vad.hear(&sound(2_000, 400), Some(&DETECTION));
        vad.hear(&sound(0, 500), Some(&DETECTION));

        let detected = vad.hear(&sound(2_000, 100), Some(&DETECTION));

        assert_eq!(detected, [Detected::Started { at_ms: 900 }]);
    }

    #[test]
    fn a_click_and_sound_below_the_threshold_are_no_speech() {
        let mut vad = Vad::default();
        let mut click = sound(0, 100);
        click.extend(sound(20_000, 10));
        click.extend(sound(0, 100));

        assert_eq!(vad.hear(&click, Some(&DETECTION)), []);
        assert_eq!(vad.hear(&sound(300, 1_000), Some(&DETECTION)), []);
        assert!(!vad.is_speech());
    }

    #[test]
    fn any_cut_of_the_sound_gives_the_same() {
        let mut whole = sound(0, 333);
        whole.extend(sound(3_000, 777));
        whole.extend(sound(0, 1_000));
        let expected = Vad::default().hear(&whole, Some(&DETECTION));

        assert_eq!(expected.len(), 2);
        for cut in [1, 7, 239, 480, 4_801] {
            let mut vad = Vad::default();
            let pieces: Vec<_> =
                whole.chunks(cut).flat_map(|piece| vad.hear(piece, Some(&DETECTION))).collect();
            assert_eq!(pieces, expected, "cut at {cut}");
        }
    }
}
