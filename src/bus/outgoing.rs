//! What waits to be published.

use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

use super::batch::Batch;
use super::news::News;
use crate::model::NodeId;

/// News that wait at most; what comes then is lost, and the others are made to see that.
const WAITING_MAX: usize = 16_384;
/// News in a batch at most.
const BATCH_MAX: usize = 512;

#[derive(Debug, Default)]
struct Waiting {
    news: Vec<News>,
    has_lost: bool,
    number: u64,
}

/// News of this node that nobody has heard yet, in order.
#[derive(Debug, Default)]
pub(super) struct Outgoing {
    waiting: Mutex<Waiting>,
    some: Notify,
}

impl Outgoing {
    /// Queues news, or loses it where too much waits.
    pub(super) fn push(&self, news: News) {
        let is_first = {
            let mut waiting = self.lock();
            if waiting.news.len() >= WAITING_MAX {
                waiting.has_lost = true;
                return;
            }
            waiting.news.push(news);
            waiting.news.len() == 1
        };
        if is_first {
            self.some.notify_one();
        }
    }

    /// Returns when something waits.
    pub(super) async fn some(&self) {
        if self.lock().news.is_empty() {
            self.some.notified().await;
        }
    }

    /// What is to be published next, which may be nothing. After a loss its number is one too high.
    pub(super) fn take(&self, node: NodeId) -> Batch {
        let mut waiting = self.lock();
        waiting.number += 1 + u64::from(std::mem::take(&mut waiting.has_lost));
        let count = waiting.news.len().min(BATCH_MAX);
        let news = waiting.news.drain(..count).collect();
        Batch { node, number: waiting.number, news }
    }

    /// Forgets what waits: nobody can be told.
    pub(super) fn lose(&self) {
        let mut waiting = self.lock();
        waiting.news.clear();
        waiting.has_lost = true;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NODE: NodeId = NodeId(1);

    #[test]
    fn what_is_lost_leaves_a_gap_in_the_numbers() {
        let outgoing = Outgoing::default();
        outgoing.push(News::TellAll { of: None });
        assert_eq!(outgoing.take(NODE).number, 1);
        assert_eq!(outgoing.take(NODE).number, 2);

        for _ in 0..=WAITING_MAX {
            outgoing.push(News::TellAll { of: None });
        }
        let next = outgoing.take(NODE);
        assert_eq!((next.number, next.news.len()), (4, BATCH_MAX));
        assert_eq!(outgoing.take(NODE).number, 5);

        outgoing.lose();
        let next = outgoing.take(NODE);
        assert_eq!((next.number, next.news.len()), (7, 0));
    }
}
