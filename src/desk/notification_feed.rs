//! What was committed and agents may be told of, until the job takes it. Adding never waits.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rooms::{ConversationId, OrgId, Timestamp, UserId};
use tokio::sync::mpsc;

use super::notification_rules::{Occasion, Settling, occasion, occasion_to_follow, settling};
use crate::hub::Noted;
use crate::model::{NotificationKind, NotificationLimit, NotificationPlace, SettledNotifications};
use crate::telemetry::metrics::NOTIFICATIONS_DROPPED;

/// Capacity of the queue: what a busy server commits in a few seconds. What comes beyond it is not told, which is
/// counted: neither a commit nor the memory of the hub pays for notifications.
const WAITING_MAX: usize = 4_096;
/// Beyond every entry, and still a number of the database.
const LAST_SEQ: u64 = i64::MAX as u64;
/// Waits remembered as told; when there are more, the database alone says which were.
const WAITS_MAX: usize = 10_000;

/// Something that agents are told of, or that makes notifications read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Happening {
    Told { org: OrgId, place: NotificationPlace, occasion: Occasion, at: Timestamp },
    Settled(SettledNotifications),
    Limit { org: OrgId, limit: NotificationLimit, at: Timestamp },
}

/// The queue of the job.
#[derive(Debug)]
pub(super) struct NotificationFeed {
    queue: mpsc::Sender<Happening>,
    waiting: Mutex<Option<mpsc::Receiver<Happening>>>,
    /// Since when a visitor waits or calls of whom agents were told: further words of theirs are no news.
    told_waits: Mutex<HashMap<(ConversationId, NotificationKind), Timestamp>>,
    /// Conversations that somebody follows, or did; none while they are not read yet.
    followed: Mutex<Option<HashSet<ConversationId>>>,
}

impl Default for NotificationFeed {
    fn default() -> Self {
        let (queue, waiting) = mpsc::channel(WAITING_MAX);
        Self {
            queue,
            waiting: Mutex::new(Some(waiting)),
            told_waits: Mutex::default(),
            followed: Mutex::default(),
        }
    }
}

impl NotificationFeed {
    /// Takes in something that was committed.
    pub(super) fn note(&self, noted: &Noted) {
        let (org, conversation) = (noted.facts.org, noted.facts.id);
        let seq = noted.entry.seq;
        for settling in settling(noted) {
            let agent = match settling {
                Settling::Wait => None,
                Settling::Of(agent) => Some::<UserId>(agent),
            };
            self.push(Happening::Settled(SettledNotifications { org, conversation, agent, seq }));
        }
        let place = NotificationPlace { conversation, entry: noted.entry.id, seq };
        let own = occasion(noted).filter(|occasion| self.is_news(conversation, *occasion));
        let followed = occasion_to_follow(noted).filter(|_| self.may_be_followed(conversation));
        for occasion in own.into_iter().chain(followed) {
            self.push(Happening::Told { org, place, occasion, at: noted.entry.created_at });
        }
    }

    /// These conversations are followed.
    pub(super) fn load_followed(&self, conversations: Vec<ConversationId>) {
        let mut followed = lock(&self.followed);
        followed.get_or_insert_default().extend(conversations);
    }

    /// A conversation is followed from now on.
    pub(super) fn follow(&self, conversation: ConversationId) {
        if let Some(followed) = lock(&self.followed).as_mut() {
            followed.insert(conversation);
        }
    }

    fn may_be_followed(&self, conversation: ConversationId) -> bool {
        lock(&self.followed).as_ref().is_none_or(|followed| followed.contains(&conversation))
    }

    /// Takes in that an agent looks at a conversation, and so has seen what they were told of it.
    pub(super) fn see(&self, org: OrgId, agent: UserId, conversation: ConversationId) {
        let settled = SettledNotifications { org, conversation, agent: Some(agent), seq: LAST_SEQ };
        self.push(Happening::Settled(settled));
    }

    pub(super) fn push(&self, happening: Happening) {
        if let Err(mpsc::error::TrySendError::Full(_)) = self.queue.try_send(happening) {
            metrics::counter!(NOTIFICATIONS_DROPPED).increment(1);
        }
    }

    /// What the job takes from; only the first call gets it.
    pub(super) fn take(&self) -> Option<mpsc::Receiver<Happening>> {
        lock(&self.waiting).take()
    }

    fn is_news(&self, conversation: ConversationId, occasion: Occasion) -> bool {
        let Some(since) = occasion.once_since else { return true };
        let mut told = lock(&self.told_waits);
        if told.get(&(conversation, occasion.kind)).is_some_and(|before| *before >= since) {
            return false;
        }
        if told.len() >= WAITS_MAX {
            told.clear();
        }
        told.insert((conversation, occasion.kind), since);
        true
    }
}

fn lock<T>(one: &Mutex<T>) -> MutexGuard<'_, T> {
    one.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::notification_rules::Recipients;

    fn limit(at: i64) -> Happening {
        let limit = NotificationLimit { name: "max_usd".to_owned(), percent: 80, is_hard: true };
        Happening::Limit { org: OrgId(1), limit, at: Timestamp(at) }
    }

    #[tokio::test]
    async fn a_full_queue_takes_no_more_and_holds_nobody_up() {
        let feed = NotificationFeed::default();
        for at in 0..=WAITING_MAX {
            feed.push(limit(i64::try_from(at).unwrap()));
        }

        let mut waiting = feed.take().unwrap();
        let mut taken = Vec::new();
        waiting.recv_many(&mut taken, 2 * WAITING_MAX).await;

        assert_eq!(taken.len(), WAITING_MAX);
        assert_eq!((taken.first(), feed.take().is_none()), (Some(&limit(0)), true));
    }

    #[test]
    fn a_wait_is_news_once_until_the_visitor_waits_again() {
        let feed = NotificationFeed::default();
        let wait = |since| Occasion {
            kind: NotificationKind::Handoff,
            recipients: Recipients::Available { but: None },
            once_since: Some(Timestamp(since)),
        };
        let is_news = |since| feed.is_news(ConversationId(1), wait(since));

        assert_eq!([is_news(5), is_news(5), is_news(9), is_news(9)], [true, false, true, false]);
        let written = Occasion { once_since: None, ..wait(0) };
        assert!(feed.is_news(ConversationId(1), written) && feed.is_news(ConversationId(1), written));
    }
}
