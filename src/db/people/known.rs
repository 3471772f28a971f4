//! Records kept in memory after they were read, and forgotten before whoever changes them gets an answer.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{PoisonError, RwLock};

/// Records by their key. The functions that write a record announce its change here, so nothing that is kept differs
/// from what is stored: one process serves a database, and of what the shell changes beside it everything is forgotten.
#[derive(Debug)]
pub(super) struct Known<K, V> {
    state: RwLock<State<K, V>>,
    max: usize,
}

#[derive(Debug)]
struct State<K, V> {
    records: HashMap<K, V>,
    /// Changes that have begun, by key. Meanwhile nothing is kept of it.
    changing: HashMap<K, usize>,
    /// Changes that have ended: what was read before one of them is not kept.
    changed_count: u64,
}

/// When a record was read, in terms of changes.
#[derive(Debug, Clone, Copy)]
pub(super) struct ReadAt(u64);

/// A change of a record, from before it is written; dropping it before its commit ends it. Where nobody waits
/// for the end of a commit, it may happen at any time: the record is read from storage from then on.
#[derive(Debug)]
pub(super) struct Changing<'a, K: Eq + Hash, V> {
    known: &'a Known<K, V>,
    key: K,
    is_committing: bool,
}

impl<K: Eq + Hash + Copy, V: Clone> Known<K, V> {
    /// A change of the record with this key begins.
    pub(super) fn change(&self, key: K) -> Changing<'_, K, V> {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        state.records.remove(&key);
        *state.changing.entry(key).or_default() += 1;
        Changing { known: self, key, is_committing: false }
    }
}

impl<K: Eq + Hash, V: Clone> Known<K, V> {
    /// Keeps at most `max` records; beyond it it starts again.
    pub(super) fn new(max: usize) -> Self {
        let state = State { records: HashMap::new(), changing: HashMap::new(), changed_count: 0 };
        Self { state: RwLock::new(state), max }
    }

    pub(super) fn get<Q: Eq + Hash + ?Sized>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.state.read().unwrap_or_else(PoisonError::into_inner).records.get(key).cloned()
    }

    /// Forgets everything: another process has changed some of it.
    pub(super) fn forget(&self) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        state.records.clear();
        state.changed_count += 1;
    }

    /// To be called before a record is read that shall be kept.
    pub(super) fn read_at(&self) -> ReadAt {
        ReadAt(self.state.read().unwrap_or_else(PoisonError::into_inner).changed_count)
    }

    /// Keeps what was read, unless it has changed since or is about to.
    pub(super) fn keep(&self, key: K, record: V, at: ReadAt) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let is_full_of_changes = state.changing.len() >= self.max;
        if state.changed_count != at.0 || is_full_of_changes || state.changing.contains_key(&key) {
            return;
        }
        if state.records.len() >= self.max {
            state.records.clear();
        }
        state.records.insert(key, record);
    }
}

impl<K: Eq + Hash, V> Changing<'_, K, V> {
    /// Waits for the commit of the transaction that has made the change.
    pub(super) async fn commit<E>(mut self, commit: impl Future<Output = Result<(), E>>) -> Result<(), E> {
        self.is_committing = true;
        commit.await?;
        self.is_committing = false;
        Ok(())
    }
}

impl<K: Eq + Hash, V> Drop for Changing<'_, K, V> {
    fn drop(&mut self) {
        if self.is_committing {
            return;
        }
        let mut state = self.known.state.write().unwrap_or_else(PoisonError::into_inner);
        state.changed_count += 1;
        if let Some(count) = state.changing.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                state.changing.remove(&self.key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_before_a_change_is_not_kept_after_it() {
        let known = Known::new(8);
        let before = known.read_at();
        let change = known.change(1);
        known.keep(1, "old", before);
        assert_eq!(known.get(&1), None, "while it changes");
        let during = known.read_at();
        drop(change);
        known.keep(1, "old", before);
        known.keep(1, "old", during);
        assert_eq!(known.get(&1), None, "read before it was committed");

        known.keep(1, "new", known.read_at());

        assert_eq!(known.get(&1), Some("new"));
        let _begun = known.change(1);
        assert_eq!(known.get(&1), None);
    }

    #[test]
    fn nothing_is_kept_over_a_change_whose_commit_nobody_saw_end() {
        let known = Known::new(8);
        known.change(1).is_committing = true;
        drop(known.change(1));

        known.keep(1, "whichever", known.read_at());
        known.keep(2, "other", known.read_at());

        assert_eq!((known.get(&1), known.get(&2)), (None, Some("other")));
    }

    #[test]
    fn what_was_read_before_everything_was_forgotten_is_not_kept() {
        let known = Known::new(8);
        known.keep(1, "old", known.read_at());
        let before = known.read_at();

        known.forget();
        known.keep(1, "old", before);
        assert_eq!(known.get(&1), None);
        known.keep(1, "new", known.read_at());
        assert_eq!(known.get(&1), Some("new"));
    }

    #[test]
    fn it_is_bounded() {
        let known = Known::new(3);
        for key in 0..100 {
            known.keep(key, key, known.read_at());
            assert!(known.state.read().unwrap().records.len() <= 3);
        }
        assert_eq!(known.get(&99), Some(99));
        for key in 0..3 {
            known.change(key).is_committing = true;
        }
        known.keep(50, 50, known.read_at());
        assert_eq!(known.get(&50), None, "full of changes of unknown outcome");
    }
}
