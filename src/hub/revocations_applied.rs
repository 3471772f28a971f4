//! Which revocations this process has applied.
//!
//! PostgreSQL gives numbers as rows are written, not as they are committed: a revocation with a lower number may appear
//! after one with a higher number was read. So a number that is missing is looked for once more for a while.

use std::collections::BTreeMap;

use rooms::Timestamp;

/// How long a missing number may still appear: no transaction that revokes takes so long. One that was rolled back never
/// appears.
const MISSING_MS: i64 = 60_000;
/// Missing numbers that are looked for; a jump of the sequence leaves more, which nobody writes any more.
const MISSING_MAX: usize = 1_000;

/// The revocations that were applied.
#[derive(Debug)]
pub(super) struct Applied {
    /// The highest number that was read.
    until: i64,
    /// Lower ones that have not appeared, and since when they are missing.
    missing: BTreeMap<i64, Timestamp>,
}

impl Applied {
    /// Everything up to this number counts as applied, but what may still appear below it.
    pub(super) fn begin(until: i64) -> Self {
        Self { until, missing: BTreeMap::new() }
    }

    /// The number above which revocations are to be read.
    pub(super) fn read_after(&self) -> i64 {
        self.missing.first_key_value().map_or(self.until, |(lowest, _)| lowest - 1)
    }

    /// Takes a revocation that was read; false where it was applied before. They come in the order of their numbers.
    pub(super) fn take(&mut self, id: i64, now: Timestamp) -> bool {
        if id <= self.until {
            return self.missing.remove(&id).is_some();
        }
        let newest = id.saturating_sub(MISSING_MAX as i64).max(self.until + 1);
        self.missing.extend((newest..id).map(|missing| (missing, now)));
        while self.missing.len() > MISSING_MAX {
            self.missing.pop_first();
        }
        self.until = id;
        true
    }

    /// Looks no more for what is missing for too long.
    pub(super) fn give_up(&mut self, now: Timestamp) {
        self.missing.retain(|_, since| now.0 - since.0 < MISSING_MS);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Timestamp = Timestamp(1_000_000);

    #[test]
    fn what_appears_late_is_applied_once() {
        let mut applied = Applied::begin(10);

        assert!(applied.take(13, NOW), "11 and 12 are not committed yet");
        assert_eq!(applied.read_after(), 10);
        assert!(!applied.take(13, NOW));
        assert!(applied.take(12, NOW));
        assert!(!applied.take(12, NOW));
        assert!(applied.take(11, NOW));
        assert_eq!(applied.read_after(), 13);
    }

    #[test]
    fn what_was_rolled_back_is_given_up() {
        let mut applied = Applied::begin(10);
        applied.take(12, NOW);

        applied.give_up(NOW.plus_ms(MISSING_MS - 1));
        assert_eq!(applied.read_after(), 10);
        applied.give_up(NOW.plus_ms(MISSING_MS));
        assert_eq!(applied.read_after(), 12);
    }

    #[test]
    fn a_jump_of_the_sequence_is_bounded() {
        let mut applied = Applied::begin(0);

        assert!(applied.take(i64::MAX, NOW));

        assert_eq!(applied.missing.len(), MISSING_MAX);
        assert!(applied.take(i64::MAX - 1, NOW));
    }

    proptest! {
        #[test]
        fn in_whatever_order_they_are_committed_each_is_applied_once(
            order in Just((1..40_i64).collect::<Vec<_>>()).prop_shuffle(),
        ) {
            let (mut applied, mut committed, mut taken) = (Applied::begin(0), Vec::new(), Vec::new());
            for id in order {
                committed.push(id);
                committed.sort_unstable();
                let after = applied.read_after();
                for id in committed.iter().copied().filter(|id| *id > after) {
                    if applied.take(id, NOW) {
                        taken.push(id);
                    }
                }
            }
            taken.sort_unstable();
            prop_assert_eq!(taken, (1..40).collect::<Vec<_>>());
        }
    }
}
