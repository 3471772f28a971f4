//! What was committed and agents may be told of, until the job takes it. Adding never waits.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rooms::{ConversationId, OrgId, Timestamp, UserId};
use tokio::sync::mpsc;

use super::notification_rules::{Occasion, Settling, occasion, occasion_to_follow, settling, told_by_note};
use crate::hub::Noted;
use crate::model::{
    NotificationKind, NotificationLimit, NotificationPlace, SettledNotifications, SettledOf, SettledUntil,
};
use crate::telemetry::metrics::NOTIFICATIONS_DROPPED;

/// Capacity of the queue: what a busy server commits in a few seconds. What comes beyond it is not told, which is
/// counted: neither a commit nor the memory of the hub pays for notifications.
const WAITING_MAX: usize = 4_096;
/// What one org has of it at most, so that it leaves something to the others.
const OF_ORG_MAX: usize = WAITING_MAX / 2;
/// Waits remembered as told; when there are more, the database alone says which were.
const WAITS_MAX: usize = 10_000;

/// Something that agents are told of, or that makes notifications read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Happening {
    /// Whom an occasion tells, the later ones do not.
    Told {
        org: OrgId,
        place: NotificationPlace,
        occasions: Vec<Occasion>,
        at: Timestamp,
    },
    Settled(SettledNotifications),
    /// A note tells an agent what they were assigned.
    TellsAssigned {
        org: OrgId,
        conversation: ConversationId,
        agent: UserId,
    },
    Limit {
        org: OrgId,
        limit: NotificationLimit,
        at: Timestamp,
    },
}

impl Happening {
    fn org(&self) -> OrgId {
        match self {
            Self::Told { org, .. } | Self::TellsAssigned { org, .. } | Self::Limit { org, .. } => *org,
            Self::Settled(settled) => settled.org,
        }
    }
}

/// The queue of the job.
#[derive(Debug)]
pub(super) struct NotificationFeed {
    queue: mpsc::Sender<Happening>,
    waiting: Mutex<Option<mpsc::Receiver<Happening>>>,
    /// Since when a visitor waits or calls of whom agents were told: further words of theirs are no news.
    told_waits: Mutex<HashMap<(ConversationId, NotificationKind), Timestamp>>,
    /// Conversations that somebody follows, or did.
    followed: Mutex<Followed>,
    /// How much of each org is in the queue.
    counts: Mutex<HashMap<OrgId, usize>>,
}

#[derive(Debug, Default)]
struct Followed {
    conversations: HashSet<ConversationId>,
    /// Until they are read, every conversation may be followed.
    is_loaded: bool,
}

impl Default for NotificationFeed {
    fn default() -> Self {
        let (queue, waiting) = mpsc::channel(WAITING_MAX);
        Self {
            queue,
            waiting: Mutex::new(Some(waiting)),
            told_waits: Mutex::default(),
            followed: Mutex::default(),
            counts: Mutex::default(),
        }
    }
}

impl NotificationFeed {
    /// Takes in something that was committed.
    pub(super) fn note(&self, noted: &Noted) {
        let (org, conversation) = (noted.facts.org, noted.facts.id);
        let seq = noted.entry.seq;
        for settling in settling(noted) {
            let whose = match settling {
                Settling::Wait { but } => SettledOf::Wait { but },
                Settling::Of(agent) => SettledOf::Agent(agent),
            };
            let until = SettledUntil::Entry(seq);
            self.push(Happening::Settled(SettledNotifications { org, conversation, whose, until }));
        }
        if let Some(agent) = told_by_note(noted) {
            self.push(Happening::TellsAssigned { org, conversation, agent });
        }
        let place = NotificationPlace { conversation, entry: noted.entry.id, seq };
        let own = occasion(noted).filter(|occasion| self.is_news(conversation, *occasion));
        let followed = occasion_to_follow(noted).filter(|_| self.may_be_followed(conversation));
        let occasions: Vec<Occasion> = own.into_iter().chain(followed).collect();
        if occasions.is_empty() {
            return;
        }
        let told = Happening::Told { org, place, occasions, at: noted.entry.created_at };
        if !self.push(told) {
            self.forget_waits(conversation, own);
        }
    }

    /// These conversations are followed.
    pub(super) fn load_followed(&self, conversations: Vec<ConversationId>) {
        let mut followed = lock(&self.followed);
        followed.conversations.extend(conversations);
        followed.is_loaded = true;
    }

    /// A conversation is followed from now on.
    pub(super) fn follow(&self, conversation: ConversationId) {
        lock(&self.followed).conversations.insert(conversation);
    }

    fn may_be_followed(&self, conversation: ConversationId) -> bool {
        let followed = lock(&self.followed);
        !followed.is_loaded || followed.conversations.contains(&conversation)
    }

    /// Takes in that an agent looks at a conversation, and so has seen what they were told of it until now.
    pub(super) fn see(&self, org: OrgId, agent: UserId, conversation: ConversationId, now: Timestamp) {
        // What happens in the same millisecond may come after the look: it stays unread.
        let (whose, until) = (SettledOf::Agent(agent), SettledUntil::Moment(now.plus_ms(-1)));
        self.push(Happening::Settled(SettledNotifications { org, conversation, whose, until }));
    }

    /// Adds to the queue; `false` where there is no place in it.
    pub(super) fn push(&self, happening: Happening) -> bool {
        let org = happening.org();
        let mut counts = lock(&self.counts);
        let count = counts.get(&org).copied().unwrap_or(0);
        if count < OF_ORG_MAX {
            match self.queue.try_send(happening) {
                Ok(()) => {
                    counts.insert(org, count + 1);
                    return true;
                }
                Err(mpsc::error::TrySendError::Closed(_)) => return false,
                Err(mpsc::error::TrySendError::Full(_)) => {}
            }
        }
        metrics::counter!(NOTIFICATIONS_DROPPED).increment(1);
        false
    }

    /// Takes note of what the job took from the queue.
    pub(super) fn count_taken(&self, taken: &[Happening]) {
        let mut counts = lock(&self.counts);
        for org in taken.iter().map(Happening::org) {
            let left = counts.get(&org).copied().unwrap_or(0).saturating_sub(1);
            if left == 0 {
                counts.remove(&org);
            } else {
                counts.insert(org, left);
            }
        }
    }

    /// What was not written was not told: further words of who waits are news again.
    pub(super) fn forget_unwritten(&self, unwritten: &[Happening]) {
        for one in unwritten {
            if let Happening::Told { place, occasions, .. } = one {
                self.forget_waits(place.conversation, occasions.iter().copied());
            }
        }
    }

    fn forget_waits(&self, conversation: ConversationId, occasions: impl IntoIterator<Item = Occasion>) {
        let mut told = lock(&self.told_waits);
        for occasion in occasions {
            let key = (conversation, occasion.kind);
            // A later wait was told of meanwhile.
            if told.get(&key).is_some_and(|since| Some(*since) == occasion.once_since) {
                told.remove(&key);
            }
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

    fn limit(org: u128, at: usize) -> Happening {
        let limit = NotificationLimit { name: "max_usd".to_owned(), percent: 80, is_hard: true };
        Happening::Limit { org: OrgId(org), limit, at: Timestamp(i64::try_from(at).unwrap()) }
    }

    #[tokio::test]
    async fn a_full_queue_takes_no_more_and_one_org_does_not_fill_it() {
        let feed = NotificationFeed::default();
        let full = (0..=WAITING_MAX).filter(|at| feed.push(limit(1, *at))).count();
        assert_eq!(full, OF_ORG_MAX);
        assert!((OF_ORG_MAX..WAITING_MAX).all(|at| feed.push(limit(2, at))));
        assert!(!feed.push(limit(3, 0)), "it is full");

        let mut waiting = feed.take().unwrap();
        let mut taken = Vec::new();
        waiting.recv_many(&mut taken, 2 * WAITING_MAX).await;

        assert_eq!(taken.len(), WAITING_MAX);
        assert_eq!((taken.first(), feed.take().is_none()), (Some(&limit(1, 0)), true));
        feed.count_taken(&taken);
        assert!(lock(&feed.counts).is_empty() && feed.push(limit(1, 0)));
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
        feed.forget_waits(ConversationId(1), [wait(5)]);
        assert!(!is_news(9), "an earlier wait");
        feed.forget_waits(ConversationId(1), [wait(9)]);
        assert!(is_news(9), "it was not told");
    }

    #[test]
    fn a_follow_while_follows_are_read_is_kept() {
        let feed = NotificationFeed::default();
        let [before, meanwhile, never] = [1, 2, 3].map(ConversationId);

        assert!(feed.may_be_followed(never), "nobody knows yet");
        feed.follow(meanwhile);
        feed.load_followed(vec![before]);

        assert_eq!([before, meanwhile, never].map(|id| feed.may_be_followed(id)), [true, true, false]);
    }
}
