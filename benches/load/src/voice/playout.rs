//! What a browser plays when, as far as a hub can know: it begins with 60 ms, plays in real time, and stops where
//! nothing is left.

use std::collections::VecDeque;

use super::marks::FRAME_SAMPLES;

/// Playing begins, and begins again after a gap, with so much (60 ms).
const BEGIN_SAMPLES: u64 = 1_440;
const NS_PER_SECOND: u64 = 1_000_000_000;
const SAMPLES_PER_SECOND: u64 = 24_000;
const SAMPLES_PER_MS: u64 = 24;

/// Something that can be heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    /// An item is heard from its first sample on.
    Begins { item: u16, at_ns: u64 },
    /// An item has been heard to its end.
    Ends { item: u16 },
}

/// How much of an item has been heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) item: u16,
    pub(super) samples: u32,
}

struct Chunk {
    item: u16,
    left: u64,
    is_last: bool,
}

/// The playout of one visitor.
#[derive(Default)]
pub(super) struct Playout {
    chunks: VecDeque<Chunk>,
    buffered: u64,
    /// Since when it plays without a gap, and how much it has played since.
    playing: Option<(u64, u64)>,
    position: Option<Position>,
    underruns: u32,
}

impl Playout {
    /// A frame has come.
    pub(super) fn push(&mut self, item: u16, is_last: bool) {
        self.chunks.push_back(Chunk { item, left: u64::from(FRAME_SAMPLES), is_last });
        self.buffered += u64::from(FRAME_SAMPLES);
    }

    /// Plays up to now.
    pub(super) fn advance(&mut self, now_ns: u64) -> Vec<Moment> {
        let mut moments = Vec::new();
        loop {
            if self.playing.is_none() {
                let is_complete = self.chunks.back().is_some_and(|chunk| chunk.is_last);
                if self.buffered < BEGIN_SAMPLES && !is_complete {
                    return moments;
                }
                self.playing = Some((now_ns, 0));
            }
            let Some((since_ns, played)) = self.playing else { return moments };
            let due = (now_ns - since_ns) * SAMPLES_PER_SECOND / NS_PER_SECOND - played;
            if self.play(due, &mut moments) {
                return moments;
            }
            self.playing = None;
        }
    }

    /// Plays so many samples; false where it has run dry before.
    fn play(&mut self, mut due: u64, moments: &mut Vec<Moment>) -> bool {
        loop {
            let Some((since_ns, played)) = &mut self.playing else { return false };
            let Some(chunk) = self.chunks.front_mut() else { return false };
            if self.position.is_none_or(|position| position.item != chunk.item) {
                let at_ns = *since_ns + *played * NS_PER_SECOND / SAMPLES_PER_SECOND;
                moments.push(Moment::Begins { item: chunk.item, at_ns });
                self.position = Some(Position { item: chunk.item, samples: 0 });
            }
            if due == 0 {
                return true;
            }
            let step = due.min(chunk.left);
            due -= step;
            *played += step;
            chunk.left -= step;
            self.buffered -= step;
            if let Some(position) = &mut self.position {
                position.samples += u32::try_from(step).expect("a frame at most");
            }
            if chunk.left == 0 {
                let (item, is_last) = (chunk.item, chunk.is_last);
                self.chunks.pop_front();
                if is_last {
                    moments.push(Moment::Ends { item });
                } else if self.chunks.is_empty() {
                    self.underruns += 1;
                }
            }
        }
    }

    /// Throws away what was not played. To be brought up to now before.
    pub(super) fn clear(&mut self) {
        self.chunks.clear();
        self.buffered = 0;
        self.playing = None;
    }

    /// What was played last, and how much of it.
    pub(super) fn position(&self) -> Option<Position> {
        self.position
    }

    pub(super) fn is_playing(&self) -> bool {
        self.playing.is_some()
    }

    /// What waits to be played.
    pub(super) fn buffered_ms(&self) -> u64 {
        self.buffered / SAMPLES_PER_MS
    }

    /// How often nothing was there in the middle of an item.
    pub(super) fn underruns(&self) -> u32 {
        self.underruns
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: u64 = 1_000_000;

    fn heard(item: u16, samples: u32) -> Option<Position> {
        Some(Position { item, samples })
    }

    #[test]
    fn it_begins_with_60_ms_and_plays_in_real_time() {
        let mut playout = Playout::default();
        playout.push(1, false);
        playout.push(1, false);
        assert_eq!(playout.advance(5 * MS), []);
        playout.push(1, false);

        assert_eq!(playout.advance(10 * MS), [Moment::Begins { item: 1, at_ns: 10 * MS }]);
        assert_eq!(playout.advance(35 * MS), []);
        assert_eq!((playout.position(), playout.buffered_ms()), (heard(1, 600), 35));
    }

    #[test]
    fn a_gap_within_an_item_is_an_underrun_and_one_after_it_is_none() {
        let mut playout = Playout::default();
        (0..3).for_each(|_| playout.push(1, false));
        playout.advance(0);
        playout.advance(100 * MS);
        assert_eq!((playout.underruns(), playout.is_playing()), (1, false));
        playout.push(1, true);

        assert_eq!(playout.advance(200 * MS), []);
        assert_eq!(playout.advance(300 * MS), [Moment::Ends { item: 1 }]);
        assert_eq!((playout.underruns(), playout.position()), (1, heard(1, 1_920)));
    }

    #[test]
    fn the_next_item_begins_where_the_one_before_ends() {
        let mut playout = Playout::default();
        playout.push(1, true);
        playout.push(2, false);
        playout.push(2, false);
        playout.advance(0);

        let moments = playout.advance(30 * MS);

        assert_eq!(moments, [Moment::Ends { item: 1 }, Moment::Begins { item: 2, at_ns: 20 * MS }]);
        assert_eq!(playout.position(), heard(2, 240));
    }

    #[test]
    fn what_was_not_played_is_gone_after_a_clear() {
        let mut playout = Playout::default();
        (0..10).for_each(|_| playout.push(1, false));
        playout.advance(0);
        playout.advance(50 * MS);
        playout.clear();

        assert_eq!(playout.advance(500 * MS), []);
        assert_eq!((playout.position(), playout.buffered_ms()), (heard(1, 1_200), 0));
    }
}
