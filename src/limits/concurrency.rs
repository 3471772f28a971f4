//! A concurrency limit with a maximum share per key, so that one org cannot starve another.

use std::hash::Hash;
use std::sync::Arc;

use dashmap::DashMap;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Places for work, in all and by key. Cheap to clone.
///
/// Who waits for a place waits first among their own key: so at most a share of every key stands in the common queue,
/// which is first come, first served.
#[derive(Debug)]
pub struct Shares<K: Eq + Hash> {
    all: Arc<Semaphore>,
    all_count: usize,
    share: usize,
    by_key: Arc<DashMap<K, Arc<Semaphore>>>,
}

/// How places are taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharesState<K> {
    /// Taken in all.
    pub used: usize,
    /// There are in all.
    pub allowed: usize,
    /// What one key may take.
    pub share: usize,
    /// Keys with a place, and how many each has.
    pub by_key: Vec<(K, usize)>,
}

/// A place; dropping it gives it back.
#[derive(Debug)]
pub struct Place {
    _own: OwnedSemaphorePermit,
    _common: OwnedSemaphorePermit,
}

impl<K: Eq + Hash> Clone for Shares<K> {
    fn clone(&self) -> Self {
        let Self { all, all_count, share, by_key } = self;
        Self { all: all.clone(), all_count: *all_count, share: *share, by_key: by_key.clone() }
    }
}

impl<K: Copy + Eq + Hash> Shares<K> {
    /// `all` places, of which one key takes at most `share`; each at least one.
    #[must_use]
    pub fn new(all: usize, share: usize) -> Self {
        let all = all.max(1);
        let (places, share) = (Arc::new(Semaphore::new(all)), share.clamp(1, all));
        Self { all: places, all_count: all, share, by_key: Arc::default() }
    }

    /// How many places are taken, of how many there are, and which keys have how many of their share.
    #[must_use]
    pub fn state(&self) -> SharesState<K> {
        let taken = |own: &Semaphore| self.share.saturating_sub(own.available_permits());
        let by_key = self.by_key.iter().map(|own| (*own.key(), taken(own.value())));
        SharesState {
            used: self.all_count.saturating_sub(self.all.available_permits()),
            allowed: self.all_count,
            share: self.share,
            by_key: by_key.filter(|(_, used)| *used > 0).collect(),
        }
    }

    /// Waits for a place.
    ///
    /// # Panics
    /// Never: nobody closes these semaphores.
    pub async fn take(&self, key: K) -> Place {
        let own = self.own(key).acquire_owned().await.expect("nobody closes this semaphore");
        let common = self.all.clone().acquire_owned().await.expect("nobody closes this semaphore");
        self.forget_idle();
        Place { _own: own, _common: common }
    }

    /// A place, where one is free now.
    #[must_use]
    pub fn try_take(&self, key: K) -> Option<Place> {
        let own = self.own(key).try_acquire_owned().ok()?;
        let common = self.all.clone().try_acquire_owned().ok()?;
        self.forget_idle();
        Some(Place { _own: own, _common: common })
    }

    fn own(&self, key: K) -> Arc<Semaphore> {
        self.by_key.entry(key).or_insert_with(|| Arc::new(Semaphore::new(self.share))).clone()
    }

    /// Forgets keys with nothing running and nobody waiting, once there are more of them than places.
    fn forget_idle(&self) {
        if self.by_key.len() > self.share.saturating_mul(16).max(1_024) {
            // One reference is the map's own; any other is a place or somebody who waits.
            self.by_key.retain(|_, own| Arc::strong_count(own) > 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[test]
    fn it_says_who_has_how_many_places() {
        let shares = Shares::new(4, 2);
        let _first = shares.try_take("a");
        let second = shares.try_take("a");
        let _other = shares.try_take("b");

        let mut state = shares.state();
        state.by_key.sort_unstable();
        assert_eq!((state.used, state.allowed, state.share), (3, 4, 2));
        assert_eq!(state.by_key, [("a", 2), ("b", 1)]);
        drop(second);
        assert_eq!(shares.state().used, 2);
    }

    #[test]
    fn one_key_never_takes_more_than_its_share() {
        let shares = Shares::new(4, 2);
        let first = shares.take("a").now_or_never().expect("free");
        let _second = shares.take("a").now_or_never().expect("free");

        assert!(shares.take("a").now_or_never().is_none(), "the share is taken");
        assert!(shares.take("b").now_or_never().is_some(), "others have theirs");
        drop(first);
        assert!(shares.take("a").now_or_never().is_some());
    }

    #[test]
    fn all_keys_together_have_their_bound() {
        let shares = Shares::new(2, 2);
        let held = [shares.take(1).now_or_never().unwrap(), shares.take(2).now_or_never().unwrap()];

        assert!(shares.take(3).now_or_never().is_none());
        assert!(shares.try_take(3).is_none());
        drop(held);
        assert!(shares.try_take(3).is_some(), "who was refused keeps nothing");
    }

    #[test]
    fn keys_with_nothing_running_are_forgotten() {
        let shares = Shares::new(2, 1);
        for key in 0..5_000 {
            drop(shares.take(key).now_or_never().unwrap());
        }

        assert!(shares.by_key.len() <= 1_025, "{}", shares.by_key.len());
        for key in 5_000..10_000 {
            drop(shares.try_take(key).unwrap());
        }

        assert!(shares.by_key.len() <= 1_025, "{}", shares.by_key.len());
    }
}
