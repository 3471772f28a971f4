//! The playout queue: utterances in playback order, sent at the speed they are played.

use std::collections::VecDeque;

use super::item::{Generation, Item, UtteranceId};

/// How much may run ahead of what was played: enough for a slow network and reports every 100 ms, little enough
/// that silence after a takeover is never far.
pub const AHEAD_MS: u64 = 400;

/// How much sound is kept; then the provider is no longer read. Two minutes at 24 kHz are 5.5 MiB.
pub const STORED_MS: u64 = 120_000;

/// Reading goes on once so much is left, so that it does not stop and go with every frame.
const READ_AGAIN_MS: u64 = 100_000;

const SAMPLES_PER_MS: u64 = 24;
const BYTES_PER_MS: u64 = 48;

/// A frame for the visitor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlayFrame {
    /// Which utterance it belongs to.
    pub utterance: UtteranceId,
    /// The generation it is played under.
    pub generation: Generation,
    /// 20 ms of PCM16 at 24 kHz.
    pub pcm: Vec<u8>,
    /// Whether the utterance begins with it.
    pub is_first: bool,
    /// Whether the utterance ends with it.
    pub is_last: bool,
}

/// What a browser says it has played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Played {
    /// The generation it was playing.
    pub generation: Generation,
    /// The tag of the utterance.
    pub tag: u16,
    /// Samples of that utterance in all, at 24 kHz.
    pub samples: u32,
    /// Sound still in the browser.
    pub buffered_ms: u32,
}

/// What was heard of an utterance that was cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heard {
    /// Which.
    pub utterance: UtteranceId,
    /// Samples that were heard.
    pub heard_samples: u64,
    /// Samples that the provider had sent by then.
    pub received_samples: u64,
    /// Whether that was all of it.
    pub is_complete: bool,
}

impl Heard {
    /// Whether it was heard to its end, so that nothing is to be cut.
    #[must_use]
    pub fn is_whole(self) -> bool {
        self.is_complete && self.heard_samples >= self.received_samples
    }

    /// Where to truncate: whole milliseconds that were heard, never more than was received.
    #[must_use]
    pub fn heard_ms(self) -> u64 {
        self.heard_samples.min(self.received_samples) / SAMPLES_PER_MS
    }
}

#[derive(Debug, Clone, Copy)]
struct LastReport {
    at_ms: u64,
    buffered_ms: u32,
}

/// The playout line of one visitor.
#[derive(Debug, Clone, Default)]
pub struct Line {
    generation: Generation,
    items: VecDeque<Item>,
    /// Cut, but how much was heard is not known yet, and how much that was by estimate.
    cut: Vec<(Item, u64)>,
    /// The browser has said exactly how much.
    is_cut_exact: bool,
    last_report: Option<LastReport>,
    is_paused: bool,
}

impl Line {
    /// The generation that is played.
    #[must_use]
    pub fn generation(&self) -> Generation {
        self.generation
    }

    /// Whether nothing is left to send or to hear.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Whether sound of this utterance was received and is not heard to its end.
    #[must_use]
    pub fn holds(&self, utterance: UtteranceId) -> bool {
        self.items.iter().any(|item| item.id == utterance)
    }

    /// The utterance that is heard first, and of its samples how many were played and received.
    #[must_use]
    pub fn progress(&self) -> Option<(UtteranceId, u64, u64)> {
        self.items.front().map(|item| (item.id, item.played, item.received))
    }

    /// Whether anything has reached the visitor that is not known to be heard.
    #[must_use]
    pub fn is_playing(&self) -> bool {
        self.items.iter().any(|item| item.sent > item.played)
    }

    /// Takes in sound of an utterance; a new one is heard after those before it.
    pub fn receive(&mut self, utterance: UtteranceId, bytes: Vec<u8>) {
        if let Some(item) = self.items.iter_mut().find(|item| item.id == utterance) {
            item.receive(bytes);
            return;
        }
        let mut item = Item::new(utterance);
        item.receive(bytes);
        self.items.push_back(item);
    }

    /// Nothing more will be received of this utterance. Says which are heard to their end by that.
    pub fn complete(&mut self, utterance: UtteranceId) -> Vec<UtteranceId> {
        if let Some(item) = self.items.iter_mut().find(|item| item.id == utterance) {
            item.complete();
        }
        self.take_heard()
    }

    /// Takes out an utterance of which nothing was sent.
    pub fn remove(&mut self, utterance: UtteranceId) {
        self.items.retain(|item| item.id != utterance || item.sent > 0);
    }

    /// The next frame that may be sent now; to be asked until there is none.
    pub fn next_frame(&mut self) -> Option<PlayFrame> {
        let ahead: u64 = self.items.iter().map(|item| item.sent - item.played).sum();
        if ahead >= AHEAD_MS * SAMPLES_PER_MS {
            return None;
        }
        // An utterance that is still coming in holds back those after it.
        let item = self.items.iter_mut().find(|item| !(item.is_complete && item.waiting() == 0))?;
        let is_first = item.sent == 0;
        let (pcm, is_last) = item.next_frame()?;
        Some(PlayFrame { utterance: item.id, generation: self.generation, pcm, is_first, is_last })
    }

    /// Takes in what was played. Says which utterances have been heard to their end.
    ///
    /// A report of an older generation is about what was cut, and so is the first one of the new generation: it
    /// is the exact one, after which [`Line::knows_cut`] is true.
    pub fn report(&mut self, played: Played, now_ms: u64) -> Vec<UtteranceId> {
        let is_current = played.generation == self.generation;
        if !is_current && !played.generation.is_older_than(self.generation) {
            return Vec::new();
        }
        let items = if self.cut.iter().any(|(item, _)| item.id.tag() == played.tag) {
            self.is_cut_exact = is_current;
            self.cut.iter_mut().map(|(item, _)| item).collect::<Vec<_>>()
        } else if is_current {
            self.last_report = Some(LastReport { at_ms: now_ms, buffered_ms: played.buffered_ms });
            self.items.iter_mut().collect()
        } else {
            return Vec::new();
        };
        if let Some(index) = items.iter().position(|item| item.id.tag() == played.tag) {
            for (place, item) in items.into_iter().enumerate().take(index + 1) {
                let all = item.sent;
                item.mark_heard(if place < index { all } else { u64::from(played.samples) });
            }
        }
        self.take_heard()
    }

    /// Throws away everything not yet played and begins a new generation. How much was heard is asked with
    /// [`Line::settle_cut`], at once or after the browser's exact report.
    pub fn clear(&mut self, now_ms: u64) -> Generation {
        let estimates = self.estimate(now_ms);
        self.cut.extend(self.items.drain(..).zip(estimates));
        self.cut.iter_mut().for_each(|(item, _)| item.drop_sound());
        self.is_cut_exact = false;
        self.last_report = None;
        self.generation = self.generation.next();
        self.generation
    }

    /// Whether a report of the browser settles what was heard of the utterances that were cut.
    #[must_use]
    pub fn knows_cut(&self, played: Played) -> bool {
        played.generation == self.generation && !self.cut.is_empty()
    }

    /// What was heard of the utterances that were cut, in their order: exactly, where the browser has said so.
    pub fn settle_cut(&mut self) -> Vec<Heard> {
        let is_exact = self.is_cut_exact;
        self.cut
            .drain(..)
            .map(|(item, estimate)| Heard {
                utterance: item.id,
                heard_samples: if is_exact { item.played } else { item.played.max(estimate) },
                received_samples: item.received,
                is_complete: item.is_complete,
            })
            .collect()
    }

    /// Sends what was not played again, under a new generation, to a browser that has come back.
    pub fn rewind(&mut self) -> Generation {
        for item in &mut self.items {
            item.rewind();
        }
        self.last_report = None;
        self.generation = self.generation.next();
        self.generation
    }

    /// Whether the provider is to be read: stops at [`STORED_MS`], goes on well below.
    pub fn may_read(&mut self) -> bool {
        let stored_ms = self.items.iter().map(|item| item.kept_bytes() as u64).sum::<u64>() / BYTES_PER_MS;
        let limit = if self.is_paused { READ_AGAIN_MS } else { STORED_MS };
        self.is_paused = stored_ms >= limit;
        !self.is_paused
    }

    /// How much of each utterance has been played by now, as far as the browser had it at its last report.
    fn estimate(&self, now_ms: u64) -> Vec<u64> {
        let reported = self.items.iter().map(|item| item.played);
        let Some(report) = self.last_report else { return reported.collect() };
        let elapsed_ms = now_ms.saturating_sub(report.at_ms).min(u64::from(report.buffered_ms));
        let mut since = elapsed_ms * SAMPLES_PER_MS;
        self.items
            .iter()
            .map(|item| {
                let step = since.min(item.sent - item.played);
                since -= step;
                item.played + step
            })
            .collect()
    }

    fn take_heard(&mut self) -> Vec<UtteranceId> {
        let mut heard = Vec::new();
        while self.items.front().is_some_and(Item::is_heard) {
            heard.extend(self.items.pop_front().map(|item| item.id));
        }
        heard
    }
}
