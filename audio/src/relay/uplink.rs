//! The uplink: buffers the visitor's microphone until the provider is ready and across reconnects.

use std::collections::VecDeque;

/// What is kept while the provider is not ready, and to say again what a lost connection may not have heard: 3 s.
/// When it is full the oldest goes.
const KEPT_FRAMES: usize = 150;

/// What is kept of what was sent while nobody speaks: the beginning of a word before it is noticed. 48 KiB.
const QUIET_FRAMES: usize = 50;

/// What goes into one message of what has piled up: five frames, 100 ms.
const BACKLOG_FRAMES: usize = 5;

/// An open turn in which nothing comes for so many milliseconds is filled with silence, or no provider would ever close
/// it.
pub const GAP_MS: u64 = 750;

/// How much silence is sent at a time once it is.
const FILL_MS: u64 = 100;

/// Where sound is the provider's clock, a gap is filled after so little: frames come late by less.
const CLOCK_GAP_MS: u64 = 200;

const FRAME_BYTES: usize = crate::SampleRate::Hz24000.bytes_per_frame();

#[derive(Debug, Clone)]
pub(super) struct Uplink {
    frames: VecDeque<Vec<u8>>,
    /// How many of `frames`, from the front, have been sent on this connection.
    sent: usize,
    /// How many of the sent ones belong to a turn that the provider has taken.
    committed: usize,
    /// How many of `frames`, from the front, belong to a turn that a lost connection had taken and not put in words.
    lost_turn: usize,
    per_append: usize,
    is_muted: bool,
    /// Since when nothing has come.
    gap_since_ms: u64,
    /// Up to when the gap has been filled.
    filled_until_ms: Option<u64>,
}

impl Uplink {
    pub(super) fn new(per_append: usize, now_ms: u64) -> Self {
        Self {
            frames: VecDeque::new(),
            sent: 0,
            committed: 0,
            lost_turn: 0,
            per_append: per_append.max(1),
            is_muted: false,
            gap_since_ms: now_ms,
            filled_until_ms: None,
        }
    }

    pub(super) fn set_muted(&mut self, is_muted: bool, now_ms: u64) {
        self.is_muted = is_muted;
        self.gap_since_ms = now_ms;
        // A muted microphone is a gap from its first moment.
        self.filled_until_ms = is_muted.then_some(now_ms);
    }

    pub(super) fn is_muted(&self) -> bool {
        self.is_muted
    }

    pub(super) fn push(&mut self, frame: Vec<u8>, now_ms: u64) {
        self.gap_since_ms = now_ms;
        self.filled_until_ms = None;
        self.keep(frame);
    }

    fn keep(&mut self, frame: Vec<u8>) {
        if self.frames.len() == KEPT_FRAMES {
            self.frames.pop_front();
            self.sent = self.sent.saturating_sub(1);
            self.committed = self.committed.saturating_sub(1);
            self.lost_turn = self.lost_turn.saturating_sub(1);
        }
        self.frames.push_back(frame);
    }

    /// The next message, where enough has come for one.
    pub(super) fn take(&mut self) -> Option<Vec<u8>> {
        let waiting = self.frames.len() - self.sent;
        if waiting < self.per_append {
            return None;
        }
        let count = waiting.min(self.per_append.max(BACKLOG_FRAMES));
        let mut pcm = Vec::with_capacity(count * FRAME_BYTES);
        self.frames.range(self.sent..self.sent + count).for_each(|frame| pcm.extend_from_slice(frame));
        self.sent += count;
        Some(pcm)
    }

    /// When silence has to be sent, should nothing come: a piece at a time, sooner where it is a clock.
    pub(super) fn fill_deadline(&self, is_clock: bool) -> u64 {
        let gap_ms = if is_clock { CLOCK_GAP_MS } else { GAP_MS };
        self.filled_until_ms.unwrap_or(self.gap_since_ms + gap_ms)
    }

    /// Sends a piece of silence where that is due. Gives its length.
    pub(super) fn fill(&mut self, now_ms: u64, is_clock: bool) -> u64 {
        if now_ms < self.fill_deadline(is_clock) {
            return 0;
        }
        for _ in 0..FILL_MS / 20 {
            self.keep(vec![0; FRAME_BYTES]);
        }
        self.filled_until_ms = Some(now_ms + FILL_MS);
        FILL_MS
    }

    /// Nobody is speaking: what was sent long ago need not be said again.
    pub(super) fn relax(&mut self) {
        if self.committed == 0 && self.sent > QUIET_FRAMES {
            self.frames.drain(..self.sent - QUIET_FRAMES);
            self.sent = QUIET_FRAMES;
        }
    }

    /// The provider has made a turn of what was sent.
    pub(super) fn commit(&mut self) {
        self.committed = self.sent;
    }

    /// The turn is in words: its sound need not be said again.
    pub(super) fn forget_committed(&mut self) {
        self.frames.drain(..self.committed);
        self.sent -= self.committed;
        self.lost_turn = self.lost_turn.saturating_sub(self.committed);
        self.committed = 0;
    }

    /// Everything kept is said again, on another connection.
    pub(super) fn rewind(&mut self) {
        self.sent = 0;
        self.lost_turn = self.lost_turn.max(self.committed);
        self.committed = 0;
    }

    /// The sound of a turn that a lost connection had taken and not put in words, as one message; nothing of it was sent
    /// since.
    pub(super) fn take_lost_turn(&mut self) -> Option<Vec<u8>> {
        let count = std::mem::take(&mut self.lost_turn);
        if count == 0 || self.sent > 0 {
            return None;
        }
        self.sent = count;
        Some(self.frames.range(..count).flatten().copied().collect())
    }

    /// Throws everything away: an agent has the call.
    pub(super) fn clear(&mut self) {
        self.frames.clear();
        self.rewind();
        self.lost_turn = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(uplink: &mut Uplink) -> Vec<u8> {
        std::iter::from_fn(|| uplink.take()).flatten().collect()
    }

    #[test]
    fn three_seconds_are_kept_and_the_oldest_goes() {
        let mut uplink = Uplink::new(1, 0);
        for n in 0..160 {
            uplink.push(vec![n], 0);
        }

        assert_eq!(numbers(&mut uplink), (10..160).collect::<Vec<u8>>());
        assert_eq!(uplink.take(), None);
    }

    #[test]
    fn a_new_connection_hears_again_what_is_not_in_words() {
        let mut uplink = Uplink::new(1, 0);
        (0..3).for_each(|n| uplink.push(vec![n], 0));
        numbers(&mut uplink);
        uplink.commit();
        uplink.push(vec![3], 0);
        numbers(&mut uplink);
        uplink.forget_committed();

        uplink.rewind();

        assert_eq!(numbers(&mut uplink), [3]);
    }

    #[test]
    fn a_gap_is_filled_after_750_ms_and_then_in_steps_of_100() {
        let mut uplink = Uplink::new(1, 1_000);
        assert_eq!(uplink.fill(1_749, false), 0);
        assert_eq!(uplink.take(), None);
        assert_eq!(uplink.fill(1_750, false), 100);

        assert_eq!(numbers(&mut uplink).len(), 5 * FRAME_BYTES);
        assert_eq!(uplink.fill_deadline(false), 1_850);
    }

    #[test]
    fn a_clock_stands_still_for_200_ms_at_most() {
        let mut uplink = Uplink::new(1, 1_000);
        uplink.push(vec![1; FRAME_BYTES], 1_500);

        assert_eq!(uplink.fill(1_699, true), 0);
        assert_eq!(uplink.fill(1_700, true), 100);
        assert_eq!(uplink.fill_deadline(true), 1_800);
    }

    #[test]
    fn frames_are_gathered_where_that_is_asked_for() {
        let mut uplink = Uplink::new(5, 0);
        (0..9).for_each(|n| uplink.push(vec![n], 0));

        assert_eq!(uplink.take(), Some(vec![0, 1, 2, 3, 4]));
        assert_eq!(uplink.take(), None);
    }
}
