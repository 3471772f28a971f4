//! Playback as a visitor hears it: one frame every 20 ms, without audio that was cleared.

use std::collections::VecDeque;

use audio::{FRAME_MS, Generation};
use serde_json::{Value, json};

use super::frames::{FRAME_SAMPLES, Sound};

/// Playing begins, and begins again after a gap, with so many frames (60 ms), or after as long a wait.
const BEGIN_FRAMES: usize = 3;
/// How often the hub is told what was played: every 100 ms.
const REPORT_FRAMES: u64 = 5;

/// The playout of one side. To be asked for a frame every 20 ms.
#[derive(Debug, Default)]
pub(super) struct Ear {
    generation: Generation,
    waiting: VecDeque<Sound>,
    is_playing: bool,
    /// For how many frames there has been something that was not yet played.
    waited: usize,
    /// The utterance that was played last, and how much of it.
    item: u16,
    samples: usize,
    underruns: u32,
    frames: u64,
    has_news: bool,
}

impl Ear {
    /// Takes a frame in; one that was cleared before it came is dropped.
    pub(super) fn take(&mut self, sound: Sound) {
        if !sound.generation.is_older_than(self.generation) {
            self.waiting.push_back(sound);
        }
    }

    /// Throws away what was not played.
    pub(super) fn clear(&mut self, generation: Generation) {
        self.generation = generation;
        self.waiting.clear();
        self.is_playing = false;
        self.waited = 0;
    }

    /// The next 20 ms; `None` is silence.
    pub(super) fn play(&mut self) -> Option<Sound> {
        self.frames += 1;
        if !self.is_playing {
            self.waited = if self.waiting.is_empty() { 0 } else { self.waited + 1 };
            let is_whole = self.waiting.iter().any(|sound| sound.is_last);
            self.is_playing = is_whole || self.waiting.len() >= BEGIN_FRAMES || self.waited > BEGIN_FRAMES;
        }
        let sound = if self.is_playing { self.waiting.pop_front()? } else { return None };
        if sound.item != 0 {
            self.samples = if sound.item == self.item { self.samples + FRAME_SAMPLES } else { FRAME_SAMPLES };
            self.item = sound.item;
            self.has_news = true;
        }
        if self.waiting.is_empty() {
            self.is_playing = false;
            self.waited = 0;
            self.underruns += u32::from(sound.item != 0 && !sound.is_last);
        }
        Some(sound)
    }

    /// Everything that waits, when nothing more will come.
    pub(super) fn rest(&mut self) -> impl Iterator<Item = Sound> {
        self.waiting.drain(..)
    }

    /// What is to be said to the hub now, where anything is: every 100 ms, as long as something is played.
    pub(super) fn due_report(&mut self) -> Option<Value> {
        (self.has_news && self.frames.is_multiple_of(REPORT_FRAMES)).then(|| self.report())
    }

    /// What was played, as `played` says it.
    pub(super) fn report(&mut self) -> Value {
        self.has_news = false;
        json!({
            "generation": self.generation.0,
            "item": self.item,
            "samples": self.samples,
            "buffered_ms": self.waiting.len() * FRAME_MS as usize,
            "underruns": self.underruns,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sound(item: u16, generation: u16, is_last: bool) -> Sound {
        let generation = Generation(generation);
        Sound { item, generation, is_last, is_voice: true, samples: vec![1; FRAME_SAMPLES] }
    }

    fn played(ear: &mut Ear, frames: usize) -> usize {
        (0..frames).filter(|_| ear.play().is_some()).count()
    }

    #[test]
    fn it_begins_with_60_ms_or_after_as_long_a_wait() {
        let mut ear = Ear::default();
        ear.take(sound(1, 0, false));
        assert_eq!(played(&mut ear, 3), 0);
        assert_eq!(played(&mut ear, 1), 1);

        (0..3).for_each(|_| ear.take(sound(1, 0, false)));

        assert_eq!(played(&mut ear, 10), 3);
        assert_eq!(ear.report()["underruns"], 2);
    }

    #[test]
    fn what_waits_at_the_end_is_heard_however_little_it_is() {
        let mut ear = Ear::default();
        (0..2).for_each(|_| ear.take(sound(0, 0, false)));
        assert_eq!(ear.play(), None, "it waits for more");

        assert_eq!(ear.rest().count(), 2);
        assert_eq!(ear.rest().count(), 0);
    }

    #[test]
    fn half_a_minute_that_comes_at_once_is_heard_for_half_a_minute() {
        let mut ear = Ear::default();
        (0..1_500).for_each(|at| ear.take(sound(1, 0, at == 1_499)));

        let mut reports = Vec::new();
        for _ in 0..1_600 {
            ear.play();
            reports.extend(ear.due_report());
        }

        assert_eq!(reports.len(), 300);
        assert_eq!((&reports[0]["samples"], &reports[0]["buffered_ms"]), (&json!(2_400), &json!(29_900)));
        assert_eq!((&reports[299]["samples"], &reports[299]["underruns"]), (&json!(720_000), &json!(0)));
    }

    #[test]
    fn a_clear_silences_what_waits_and_what_was_on_its_way() {
        let mut ear = Ear::default();
        (0..10).for_each(|_| ear.take(sound(1, 0, false)));
        assert_eq!(played(&mut ear, 4), 4);

        ear.clear(Generation(1));
        ear.take(sound(1, 0, false));

        assert_eq!(played(&mut ear, 10), 0);
        let report = ear.report();
        assert_eq!((&report["generation"], &report["samples"]), (&json!(1), &json!(1_920)));
        (0..3).for_each(|_| ear.take(sound(2, 1, false)));
        assert_eq!(played(&mut ear, 3), 3);
        assert_eq!(ear.report()["item"], 2);
    }

    #[test]
    fn tones_and_agents_move_no_utterance() {
        let mut ear = Ear::default();
        (0..3).for_each(|at| ear.take(sound(4, 0, at == 2)));
        (0..3).for_each(|_| ear.take(sound(0, 0, false)));

        assert_eq!(played(&mut ear, 6), 6);

        let report = ear.report();
        assert_eq!((&report["item"], &report["samples"]), (&json!(4), &json!(1_440)));
        assert_eq!(report["underruns"], 0);
    }
}
