//! Fair scheduling by key: the key that has waited longest is next, with one turn at a time per key.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

/// Whose turn it is. Pure: it knows neither what is waited for nor the time.
///
/// Invariant: a key that waits is served after at most one turn of every other key that waits.
#[derive(Debug)]
pub struct FairTurns<K> {
    /// A number per key that waits or has a turn; the lowest is next.
    places: HashMap<K, u64>,
    busy: HashSet<K>,
    last_place: u64,
}

impl<K> Default for FairTurns<K> {
    fn default() -> Self {
        Self { places: HashMap::new(), busy: HashSet::new(), last_place: 0 }
    }
}

impl<K: Copy + Eq + Hash> FairTurns<K> {
    /// Begins the next turn among the keys that have something waiting; they are in the order in which it came.
    ///
    /// Keys that neither wait nor have a turn are forgotten.
    pub fn begin(&mut self, waiting: &[K]) -> Option<K> {
        let named: HashSet<K> = waiting.iter().copied().collect();
        self.places.retain(|key, _| named.contains(key) || self.busy.contains(key));
        for key in waiting {
            if !self.places.contains_key(key) {
                self.last_place += 1;
                self.places.insert(*key, self.last_place);
            }
        }
        let free = waiting.iter().copied().filter(|key| !self.busy.contains(key));
        let next = free.min_by_key(|key| self.places[key])?;
        self.last_place += 1;
        self.places.insert(next, self.last_place);
        self.busy.insert(next);
        Some(next)
    }

    /// Ends the turn of a key.
    pub fn end(&mut self, key: K) {
        self.busy.remove(&key);
    }

    /// How many turns are under way.
    #[must_use]
    pub fn busy_count(&self) -> usize {
        self.busy.len()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keys_are_served_in_turn_and_one_at_a_time() {
        let mut turns = FairTurns::default();

        assert_eq!(turns.begin(&["a", "b"]), Some("a"));
        assert_eq!(turns.begin(&["a", "b"]), Some("b"));
        assert_eq!(turns.begin(&["a", "b"]), None, "both have a turn");
        turns.end("b");
        turns.end("a");
        assert_eq!(turns.begin(&["c", "b", "a"]), Some("a"), "served before b was, and c has just come");
        turns.end("a");
        assert_eq!(turns.begin(&["a", "b", "c"]), Some("b"));
    }

    #[test]
    fn who_comes_and_goes_does_not_overtake_who_waits() {
        let mut turns = FairTurns::default();
        turns.begin(&["slow"]);
        turns.end("slow");

        turns.begin(&["quick", "slow"]);
        turns.end("quick");
        turns.begin(&["slow"]);
        turns.end("slow");

        assert_eq!(turns.begin(&["slow", "quick"]), Some("slow"));
        turns.end("slow");
        assert_eq!(turns.begin(&["slow", "quick"]), Some("quick"));
    }

    #[test]
    fn nothing_is_kept_of_who_left() {
        let mut turns = FairTurns::default();
        for key in 0..1_000 {
            turns.begin(&[key]);
            turns.end(key);
        }

        assert_eq!((turns.begin(&[]), turns.places.len(), turns.busy_count()), (None, 0, 0));
    }

    proptest! {
        #[test]
        fn nobody_waits_longer_than_one_turn_of_each_other(orders in proptest::collection::vec(any::<u8>(), 1..200)) {
            let mut turns = FairTurns::default();
            let mut waited: HashMap<u8, usize> = HashMap::new();
            for order in orders {
                // Key 0 always has a waiter; the other keys come and go.
                let waiting: Vec<u8> = (0..8).filter(|key| *key == 0 || order & (1 << key) != 0).collect();
                let next = turns.begin(&waiting).unwrap();
                turns.end(next);
                *waited.entry(0).or_default() += 1;
                if next == 0 {
                    waited.insert(0, 0);
                }
                prop_assert!(waited[&0] <= 8, "key 0 was overtaken");
            }
        }
    }
}
