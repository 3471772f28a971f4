//! Callers who cannot stream and wait for the whole reply (`?wait=reply`).

use std::sync::Arc;
use std::time::Duration;

use dashmap::DashMap;
use rooms::{ConversationId, Entry, Responder};
use tokio::sync::mpsc;

use crate::hub::Acted;

/// Ends of replies that one waiter may miss before it looks; a conversation has one reply at a time.
const ENDS_MAX: usize = 4;

/// The end of a reply: which visitor message it answered last, and its entry where it became one.
type End = (u64, Option<Arc<Entry>>);

/// Who waits for replies, by conversation.
#[derive(Debug, Default)]
pub(super) struct Waiters {
    waiting: DashMap<ConversationId, Vec<mpsc::Sender<End>>>,
}

impl Waiters {
    /// Begins to wait for a reply, at most so long.
    pub(super) fn expect(self: &Arc<Self>, conversation: ConversationId, timeout: Duration) -> Waiter {
        let (sender, ends) = mpsc::channel(ENDS_MAX);
        let mut waiting = self.waiting.entry(conversation).or_default();
        waiting.retain(|one| !one.is_closed());
        waiting.push(sender);
        drop(waiting);
        Waiter { waiters: self.clone(), conversation, ends, timeout }
    }

    /// Forgets who waits in a conversation in which no reply will come any more.
    pub(super) fn forget(&self, conversation: ConversationId) {
        self.waiting.remove(&conversation);
    }

    /// Forgets who has stopped waiting.
    fn forget_closed(&self, conversation: ConversationId) {
        if let Some(mut waiting) = self.waiting.get_mut(&conversation) {
            waiting.retain(|one| !one.is_closed());
        }
        self.waiting.remove_if(&conversation, |_, waiting| waiting.is_empty());
    }

    /// Tells everybody who waits here that a reply has ended.
    pub(super) fn notify(&self, conversation: ConversationId, answers: u64, entry: Option<Arc<Entry>>) {
        let Some(mut waiting) = self.waiting.get_mut(&conversation) else { return };
        // The conversation was closed, or the wait is too long ago to announce.
        waiting.retain(|one| one.try_send((answers, entry.clone())).is_ok());
        let is_empty = waiting.is_empty();
        drop(waiting);
        if is_empty {
            self.waiting.remove_if(&conversation, |_, waiting| waiting.is_empty());
        }
    }
}

/// Waits for the reply to a message that is about to be written. Dropping it leaves nothing behind, also where the
/// message was refused.
#[derive(Debug)]
pub struct Waiter {
    waiters: Arc<Waiters>,
    conversation: ConversationId,
    ends: mpsc::Receiver<End>,
    timeout: Duration,
}

impl Drop for Waiter {
    fn drop(&mut self) {
        self.ends.close();
        self.waiters.forget_closed(self.conversation);
    }
}

impl Waiter {
    /// The reply to the message that was written; `None` where none comes, or not in time.
    pub async fn reply_to(mut self, acted: &Acted) -> Option<Arc<Entry>> {
        let seq = acted.entry.as_ref()?.seq;
        if !matches!(acted.head.responder, Responder::Assistant { .. }) || acted.is_duplicate {
            return None;
        }
        let wait = async {
            while let Some((answers, entry)) = self.ends.recv().await {
                if answers >= seq {
                    return entry;
                }
            }
            None
        };
        tokio::time::timeout(self.timeout, wait).await.ok().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_stops_waiting_leaves_nothing_behind() {
        let waiters = Arc::new(Waiters::default());
        for id in 0..100 {
            let (sender, ends) = mpsc::channel(ENDS_MAX);
            let conversation = ConversationId(id % 10);
            waiters.waiting.entry(conversation).or_default().push(sender);
            let timeout = Duration::from_secs(1);
            drop(Waiter { waiters: waiters.clone(), conversation, ends, timeout });
        }

        assert!(waiters.waiting.is_empty());
    }
}
