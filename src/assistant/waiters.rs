//! Callers who cannot stream and wait for the whole reply (`?wait=reply`).

use std::sync::Arc;
use std::time::Duration;

use dashmap::DashMap;
use rooms::{ConversationId, Entry, Responder};
use tokio::sync::mpsc;

use super::service::Assistant;
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
    /// Forgets who waits in a conversation in which no reply will come any more.
    pub(super) fn forget(&self, conversation: ConversationId) {
        self.waiting.remove(&conversation);
    }

    /// Tells everybody who waits here that a reply has ended.
    pub(super) fn tell(&self, conversation: ConversationId, answers: u64, entry: Option<Arc<Entry>>) {
        let Some(mut waiting) = self.waiting.get_mut(&conversation) else { return };
        // Who is gone, or has not looked for so long, has nothing to wait for any more.
        waiting.retain(|one| one.try_send((answers, entry.clone())).is_ok());
        let is_empty = waiting.is_empty();
        drop(waiting);
        if is_empty {
            self.waiting.remove_if(&conversation, |_, waiting| waiting.is_empty());
        }
    }
}

/// Waits for the reply to a message that is about to be written.
#[derive(Debug)]
pub struct Waiter {
    ends: mpsc::Receiver<End>,
    timeout: Duration,
}

impl Assistant {
    /// Begins to wait; to be called before the message is written, so that no reply is missed.
    #[must_use]
    pub fn expect_reply(&self, conversation: ConversationId) -> Waiter {
        let (sender, ends) = mpsc::channel(ENDS_MAX);
        let mut waiting = self.waiters.waiting.entry(conversation).or_default();
        waiting.retain(|one| !one.is_closed());
        waiting.push(sender);
        drop(waiting);
        Waiter { ends, timeout: Duration::from_secs(self.parts.hub.settings().wait_reply_timeout_s) }
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
