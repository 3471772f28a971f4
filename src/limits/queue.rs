//! A fair queue: bounded concurrency, one job per key at a time, and a bounded number of waiters.

use std::collections::VecDeque;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use super::FairTurns;

/// The queue is full, for this key or for everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many requests are waiting")]
pub struct QueueFull;

/// Waits are served in turn by key, as [`FairTurns`] says. Cheap to clone.
#[derive(Debug)]
pub struct TurnQueue<K: Copy + Eq + Hash> {
    shared: Arc<Mutex<Shared<K>>>,
}

#[derive(Debug)]
struct Shared<K> {
    turns: FairTurns<K>,
    waiting: VecDeque<Waiting<K>>,
    last_id: u64,
    at_once_max: usize,
    waiting_max: usize,
    waiting_per_key_max: usize,
}

#[derive(Debug)]
struct Waiting<K> {
    id: u64,
    key: K,
    granted: oneshot::Sender<()>,
}

/// A turn; dropping it ends it.
#[derive(Debug)]
pub struct Turn<K: Copy + Eq + Hash> {
    queue: TurnQueue<K>,
    key: K,
}

/// Somebody who waits, and who may go away at any time.
struct Place<K: Copy + Eq + Hash> {
    queue: TurnQueue<K>,
    id: u64,
    key: K,
    granted: oneshot::Receiver<()>,
    has_turn: bool,
}

impl<K: Copy + Eq + Hash> Clone for TurnQueue<K> {
    fn clone(&self) -> Self {
        Self { shared: self.shared.clone() }
    }
}

impl<K: Copy + Eq + Hash> TurnQueue<K> {
    /// `at_once_max` turns at the same time; `waiting_max` wait in all, `waiting_per_key_max` of one key.
    #[must_use]
    pub fn new(at_once_max: usize, waiting_max: usize, waiting_per_key_max: usize) -> Self {
        let (turns, waiting) = (FairTurns::default(), VecDeque::new());
        let at_once_max = at_once_max.max(1);
        let shared = Shared { turns, waiting, last_id: 0, at_once_max, waiting_max, waiting_per_key_max };
        Self { shared: Arc::new(Mutex::new(shared)) }
    }

    /// Waits for a turn.
    ///
    /// # Errors
    /// [`QueueFull`] at once, where too many wait.
    pub async fn turn(&self, key: K) -> Result<Turn<K>, QueueFull> {
        let mut place = self.enter(key)?;
        // The sender goes only with its entry, and that only when the turn was granted or this place was dropped.
        place.has_turn = (&mut place.granted).await.is_ok();
        Ok(Turn { queue: self.clone(), key })
    }

    fn enter(&self, key: K) -> Result<Place<K>, QueueFull> {
        let mut shared = self.lock();
        let of_key = shared.waiting.iter().filter(|one| one.key == key).count();
        if shared.waiting.len() >= shared.waiting_max || of_key >= shared.waiting_per_key_max {
            return Err(QueueFull);
        }
        shared.last_id += 1;
        let id = shared.last_id;
        let (sender, granted) = oneshot::channel();
        shared.waiting.push_back(Waiting { id, key, granted: sender });
        shared.advance();
        Ok(Place { queue: self.clone(), id, key, granted, has_turn: false })
    }

    fn end(&self, key: K) {
        let mut shared = self.lock();
        shared.turns.end(key);
        shared.advance();
    }

    fn lock(&self) -> MutexGuard<'_, Shared<K>> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Copy + Eq + Hash> Shared<K> {
    /// Grants turns while there is room.
    fn advance(&mut self) {
        while self.turns.busy_count() < self.at_once_max {
            let keys: Vec<K> = self.waiting.iter().map(|one| one.key).collect();
            let Some(key) = self.turns.begin(&keys) else { return };
            let at = self.waiting.iter().position(|one| one.key == key).expect("it was named as waiting");
            let next = self.waiting.remove(at).expect("it was found");
            // A waiter that was dropped removed its entry; if the grant raced with the drop, the turn ends here.
            if next.granted.send(()).is_err() {
                self.turns.end(key);
            }
        }
    }
}

impl<K: Copy + Eq + Hash> Drop for Place<K> {
    fn drop(&mut self) {
        if self.has_turn {
            return;
        }
        let mut shared = self.queue.lock();
        if let Some(at) = shared.waiting.iter().position(|one| one.id == self.id) {
            shared.waiting.remove(at);
        } else if self.granted.try_recv().is_ok() {
            // The turn was granted since the last poll.
            shared.turns.end(self.key);
            shared.advance();
        }
    }
}

impl<K: Copy + Eq + Hash> Drop for Turn<K> {
    fn drop(&mut self) {
        self.queue.end(self.key);
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn whoever_comes_after_a_flood_is_served_after_one_turn() {
        let queue = TurnQueue::new(1, 100, 100);
        let running = queue.turn("flood").await.unwrap();
        let served = Arc::new(Mutex::new(Vec::new()));
        let mut tasks = tokio::task::JoinSet::new();
        for key in std::iter::repeat_n("flood", 50).chain(["other"]) {
            let (queue, served) = (queue.clone(), served.clone());
            tasks.spawn(async move {
                let _turn = queue.turn(key).await.unwrap();
                served.lock().unwrap().push(key);
            });
        }
        while queue.lock().waiting.len() < 51 {
            tokio::task::yield_now().await;
        }

        drop(running);
        while tasks.join_next().await.is_some() {}

        let served = served.lock().unwrap();
        assert!(served.iter().position(|key| *key == "other").unwrap() <= 1, "{served:?}");
        assert_eq!(served.len(), 51);
    }

    #[tokio::test]
    async fn a_full_queue_of_one_key_leaves_room_to_others() {
        let queue = TurnQueue::new(1, 3, 2);
        let _running = queue.turn(0).await.unwrap();
        let mut waiting: Vec<_> = (0..2).map(|_| Box::pin(queue.turn(0))).collect();
        assert!(waiting.iter_mut().all(|one| one.now_or_never().is_none()));

        assert_eq!(queue.turn(0).await.unwrap_err(), QueueFull, "so many of one key");
        let mut other = Box::pin(queue.turn(1));
        assert!((&mut other).now_or_never().is_none(), "another key waits");
        assert_eq!(queue.turn(2).await.unwrap_err(), QueueFull, "so many in all");
    }

    #[tokio::test]
    async fn whoever_goes_away_takes_no_turn_along() {
        let queue = TurnQueue::new(1, 10, 10);
        let running = queue.turn("a").await.unwrap();
        let mut gone = Box::pin(queue.turn("b"));
        assert!((&mut gone).now_or_never().is_none());
        let mut granted = Box::pin(queue.turn("c"));
        assert!((&mut granted).now_or_never().is_none());

        drop(gone);
        drop(running);
        // "c" has its turn by now, and goes away before it looks.
        drop(granted);

        assert!(queue.turn("d").now_or_never().is_some(), "the place is free again");
        assert_eq!(queue.lock().turns.busy_count(), 0);
    }
}
