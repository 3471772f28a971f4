//! Voice activity of one microphone: when somebody begins to speak, and when they have stopped.
//!
//! A small recurrent network scores every 16 ms; it hears voices, not loudness. It takes a steady hiss for a voice now and
//! then, so that a beginning must have a pitch as well, as voices have and hisses do not. What else counts as a beginning
//! is the caller's ([`Onset`]); an end is a silence of a given length.

use std::fmt;

use earshot::Detector;

use crate::{Level, read_samples};

/// The network's frame: 16 ms at 16 kHz.
const SCORED_SAMPLES: usize = 256;
const SCORED_MS: u64 = 16;

/// Scores fall slowly behind a voice; below this it is over.
const VOICE_ENDS_SCORE: f32 = 0.5;

/// So many silent frames settle the network; more of them say nothing new and are not scored.
const SETTLING_FRAMES: u32 = 12;

/// What a pitch is looked for in: 40 ms at 8 kHz.
const PITCH_SAMPLES: usize = 320;
/// Periods of pitches from 64 to 400 Hz, at 8 kHz.
const PITCH_LAGS: std::ops::RangeInclusive<usize> = 20..=125;
/// How much a voice is like itself a period later, from 0 to 1. Noise is so by less than a quarter.
const PITCH_LIKENESS: f32 = 0.45;

/// What counts as the beginning of speech.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Onset {
    /// The lowest score, from 0 to 1.
    pub score: f32,
    /// So many frames of 16 ms in a row must have it.
    pub frame_count: u32,
    /// How loud they must be.
    pub dbfs: f32,
}

/// A change of what a microphone sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activity {
    /// Somebody speaks.
    Began,
    /// Nobody has spoken for the length of the silence that was asked for.
    Ended,
}

/// Follows one microphone at 24 kHz.
pub struct VoiceActivity {
    detector: Box<Detector>,
    /// Samples at 16 kHz that do not fill a frame yet.
    pending: Vec<i16>,
    samples: Vec<i16>,
    /// The last of it at 8 kHz.
    recent: Vec<f32>,
    voiced_count: u32,
    silent_count: u32,
    quiet_ms: u64,
    is_speaking: bool,
}

impl fmt::Debug for VoiceActivity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VoiceActivity(is_speaking: {}, quiet_ms: {})", self.is_speaking, self.quiet_ms)
    }
}

impl Default for VoiceActivity {
    fn default() -> Self {
        Self {
            detector: Detector::default_boxed(),
            pending: Vec::with_capacity(2 * SCORED_SAMPLES),
            samples: Vec::new(),
            recent: vec![0.0; PITCH_SAMPLES],
            voiced_count: 0,
            silent_count: 0,
            quiet_ms: 0,
            is_speaking: false,
        }
    }
}

impl VoiceActivity {
    /// Whether somebody is in the middle of speaking.
    #[must_use]
    pub fn is_speaking(&self) -> bool {
        self.is_speaking
    }

    /// Takes in sound, whole samples of PCM16 at 24 kHz, and says what has changed with it. After a silence of
    /// `silence_ms` speech is over.
    pub fn hear(&mut self, pcm: &[u8], onset: Onset, silence_ms: u64) -> Option<Activity> {
        self.samples.clear();
        // Half a sample is no sound; the edge refuses such frames.
        if read_samples(pcm, &mut self.samples).is_err() {
            return None;
        }
        let level = Level::of(&self.samples);
        let third = self.samples.chunks_exact(3).flat_map(|three| [three[0], between(three[1], three[2])]);
        self.pending.extend(third);
        let mut change = None;
        while self.pending.len() >= SCORED_SAMPLES {
            let score = self.score(level);
            self.remember();
            self.pending.drain(..SCORED_SAMPLES);
            change = self.judge(score, level, onset, silence_ms).or(change);
        }
        change
    }

    /// Forgets everything: what comes next is another speaker or another time.
    pub fn reset(&mut self) {
        self.detector.reset();
        self.pending.clear();
        self.recent.fill(0.0);
        (self.voiced_count, self.silent_count, self.quiet_ms) = (0, 0, 0);
        self.is_speaking = false;
    }

    fn score(&mut self, level: Level) -> f32 {
        self.silent_count = if level.is_silent() { self.silent_count.saturating_add(1) } else { 0 };
        if self.silent_count > SETTLING_FRAMES {
            return 0.0;
        }
        self.detector.predict_i16(&self.pending[..SCORED_SAMPLES])
    }

    /// Keeps the frame that was scored, at 8 kHz, for its pitch.
    fn remember(&mut self) {
        let halves = self.pending[..SCORED_SAMPLES].chunks_exact(2);
        self.recent.drain(..SCORED_SAMPLES / 2);
        self.recent.extend(halves.map(|two| f32::from(between(two[0], two[1]))));
    }

    fn judge(&mut self, score: f32, level: Level, onset: Onset, silence_ms: u64) -> Option<Activity> {
        if !self.is_speaking {
            let is_voiced = score >= onset.score && level.rms_dbfs >= onset.dbfs && has_pitch(&self.recent);
            self.voiced_count = if is_voiced { self.voiced_count + 1 } else { 0 };
            if self.voiced_count < onset.frame_count.max(1) {
                return None;
            }
            (self.is_speaking, self.quiet_ms, self.voiced_count) = (true, 0, 0);
            return Some(Activity::Began);
        }
        let is_quiet = score < VOICE_ENDS_SCORE || level.is_silent();
        self.quiet_ms = if is_quiet { self.quiet_ms + SCORED_MS } else { 0 };
        if self.quiet_ms < silence_ms {
            return None;
        }
        self.is_speaking = false;
        Some(Activity::Ended)
    }
}

/// Whether sound repeats itself within the period of a voice. Its treble is raised first: a rumble is like itself for a
/// while without being a voice.
fn has_pitch(sound: &[f32]) -> bool {
    let sound: Vec<f32> = sound.windows(2).map(|two| two[1] - 0.9 * two[0]).collect();
    let compared = sound.len() - PITCH_LAGS.end();
    let now = &sound[..compared];
    let energy = |part: &[f32]| part.iter().map(|sample| sample * sample).sum::<f32>();
    let own = energy(now);
    PITCH_LAGS.into_iter().any(|lag| {
        let later = &sound[lag..lag + compared];
        let likeness: f32 = now.iter().zip(later).map(|(one, other)| one * other).sum();
        likeness > 0.0 && likeness >= PITCH_LIKENESS * (own * energy(later)).sqrt()
    })
}

/// Two samples of 24 kHz as one of 16 kHz. It folds a little of the treble into the voice, which the network does not
/// mind; ears never hear this.
fn between(one: i16, other: i16) -> i16 {
    ((i32::from(one) + i32::from(other)) / 2).try_into().expect("a mean is between its terms")
}

#[cfg(test)]
#[path = "voice_activity_tests.rs"]
mod tests;
