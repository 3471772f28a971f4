//! Queued audio in blocks of one size.
//!
//! Providers' deltas differ in size, and hundreds of calls keep theirs for different times. Kept as they came, they
//! left holes that only deltas of nearly the same size could fill; blocks of one size fit wherever one was. They are
//! taken sixteen at a time, so that those of one call lie together: allocators give memory back by pages, and a page
//! that calls share stays until the last of them has been heard.

use std::collections::VecDeque;

/// 85 ms: little is wasted at both ends, and allocators keep a class of just this size.
const BLOCK_BYTES: usize = 4_096;

/// Blocks that are taken together: 64 KiB, a page of most allocators.
const BLOCKS_AT_ONCE: usize = 16;

/// Bytes that come in at the end and go at the front. Places are counted from the first byte that ever came.
#[derive(Debug, Clone, Default)]
pub(super) struct Sound {
    /// Invariant: every block but the last is full.
    blocks: VecDeque<Vec<u8>>,
    /// Empty blocks for what comes next.
    spare: Vec<Vec<u8>>,
    /// Where the first block begins: a multiple of the block.
    kept_from: usize,
}

impl Sound {
    /// Appends `bytes`.
    pub(super) fn push(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let block = self.block_with_room();
            let (now, later) = bytes.split_at((BLOCK_BYTES - block.len()).min(bytes.len()));
            block.extend_from_slice(now);
            bytes = later;
        }
    }

    fn block_with_room(&mut self) -> &mut Vec<u8> {
        if self.blocks.back().is_none_or(|block| block.len() == BLOCK_BYTES) {
            if self.spare.is_empty() {
                self.spare.extend((0..BLOCKS_AT_ONCE).map(|_| Vec::with_capacity(BLOCK_BYTES)));
            }
            self.blocks.extend(self.spare.pop());
        }
        self.blocks.back_mut().expect("one was put there")
    }

    /// Nothing more will come: what was meant for it is not needed.
    pub(super) fn close(&mut self) {
        self.spare = Vec::new();
    }

    /// Appends to `frame` what is kept from `at` on, at most `count` bytes.
    pub(super) fn read(&self, at: usize, mut count: usize, frame: &mut Vec<u8>) {
        let Some(place) = at.checked_sub(self.kept_from) else { return };
        let mut skip = place % BLOCK_BYTES;
        for block in self.blocks.iter().skip(place / BLOCK_BYTES) {
            let piece = block.get(skip..(skip + count).min(block.len())).unwrap_or_default();
            frame.extend_from_slice(piece);
            (skip, count) = (0, count - piece.len());
            if count == 0 {
                break;
            }
        }
    }

    /// Lets blocks go that end at `at` or before. The last one stays until it is full, for it may still be filled.
    pub(super) fn forget(&mut self, at: usize) {
        let block_count = (at.saturating_sub(self.kept_from) / BLOCK_BYTES).min(self.blocks.len());
        self.blocks.drain(..block_count);
        self.kept_from += block_count * BLOCK_BYTES;
    }

    /// How much is kept, to the block.
    pub(super) fn kept_bytes(&self) -> usize {
        self.blocks.len() * BLOCK_BYTES
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_kept_reads_as_it_came(
            steps in prop::collection::vec((0_usize..10_000, 0_usize..10_000, 0_usize..3_000), 1..40),
        ) {
            let mut sound = Sound::default();
            let mut all = Vec::new();
            let mut forgotten = 0;
            for (came, went, count) in steps {
                let bytes: Vec<u8> = (all.len()..all.len() + came).map(|at| (at % 251) as u8).collect();
                sound.push(&bytes);
                all.extend(bytes);
                forgotten = (forgotten + went).min(all.len());
                sound.forget(forgotten);

                let mut frame = Vec::new();
                sound.read(forgotten, count, &mut frame);
                prop_assert_eq!(&frame, &all[forgotten..(forgotten + count).min(all.len())]);
                prop_assert!(sound.kept_bytes() <= all.len() - forgotten + 2 * BLOCK_BYTES);
                prop_assert!(sound.spare.len() < BLOCKS_AT_ONCE);
            }
        }
    }

    #[test]
    fn blocks_are_taken_together_and_given_back_when_nothing_more_comes() {
        let mut sound = Sound::default();
        sound.push(&[7; BLOCK_BYTES + 1]);
        assert_eq!(sound.blocks.len() + sound.spare.len(), BLOCKS_AT_ONCE);

        sound.close();

        assert_eq!((sound.blocks.len(), sound.spare.capacity()), (2, 0));
    }

    #[test]
    fn nothing_of_a_block_is_left_once_all_of_it_went() {
        let mut sound = Sound::default();
        sound.push(&[7; 3 * BLOCK_BYTES]);

        sound.forget(2 * BLOCK_BYTES - 1);
        assert_eq!(sound.kept_bytes(), 2 * BLOCK_BYTES);
        sound.forget(3 * BLOCK_BYTES);
        assert_eq!(sound.kept_bytes(), 0);
    }
}
