//! Chance from a seed: the same seed plays the same session.

use std::ops::RangeInclusive;

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Characters of an id behind its prefix.
const ID_LENGTH: usize = 21;

/// SplitMix64.
#[derive(Debug, Clone)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x2545_f491_4f6c_dd1d) ^ 0x9e37_79b9_7f4a_7c15)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// One of the range, both ends included.
    pub(super) fn pick(&mut self, range: &RangeInclusive<u64>) -> u64 {
        let width = range.end().saturating_sub(*range.start()).saturating_add(1);
        range.start() + self.next() % width.max(1)
    }

    /// An id as the provider makes them: `event_C9G5RJeJ2gF77mV7f2B1j`.
    pub(super) fn id(&mut self, prefix: &str) -> String {
        let mut id = String::with_capacity(prefix.len() + ID_LENGTH);
        id.push_str(prefix);
        for _ in 0..ID_LENGTH {
            let at = usize::try_from(self.next() % 62).expect("less than 62");
            id.push(char::from(ALPHABET[at]));
        }
        id
    }
}
