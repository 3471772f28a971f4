//! When the visitors of an org who wait are to be looked at, for automatic assignment.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rooms::{Body, ConversationId, Event, OrgId, Responder, UserId};
use tokio::sync::Notify;

use crate::hub::Noted;

/// Released conversations of an org that are looked at in one turn.
const RELEASED_AT_ONCE: usize = 200;
/// Released conversations that are remembered; when there are more, they wait for their assignees.
const RELEASED_MAX: usize = 10_000;

/// An org whose waiting visitors are looked at; nobody else looks at them until it is dropped.
#[derive(Debug)]
pub(super) struct Turn {
    pub(super) org: OrgId,
    feed: AssignmentFeed,
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.feed.end_turn(self.org);
    }
}

/// The orgs whose waiting visitors are to be looked at. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(super) struct AssignmentFeed {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    orgs: Mutex<Orgs>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct Orgs {
    wanted: HashSet<OrgId>,
    /// Those that are being looked at.
    running: HashSet<OrgId>,
    /// Conversations that wait again because the assignee released them.
    released: HashMap<ConversationId, (OrgId, UserId)>,
    /// Where some channel assigns automatically, as far as was seen: in the others nobody has to look who is free.
    known: HashSet<OrgId>,
}

impl AssignmentFeed {
    /// A visitor of a channel that assigns automatically waits.
    pub(super) fn want(&self, org: OrgId) {
        let mut orgs = self.lock();
        orgs.known.insert(org);
        orgs.wanted.insert(org);
        drop(orgs);
        self.shared.changed.notify_one();
    }

    /// Agents of the org came or went, or what they take at once has changed.
    pub(super) fn wake(&self, org: OrgId) {
        self.lock().wanted.insert(org);
        self.shared.changed.notify_one();
    }

    /// An agent of the org may be free for somebody who waits.
    pub(super) fn agent_freed(&self, org: OrgId) {
        let mut orgs = self.lock();
        let is_known = orgs.known.contains(&org);
        if is_known {
            orgs.wanted.insert(org);
        }
        drop(orgs);
        if is_known {
            self.shared.changed.notify_one();
        }
    }

    /// Ends when there is something to look at.
    pub(super) async fn changed(&self) {
        self.shared.changed.notified().await;
    }

    /// Takes the orgs that are to be looked at, but for those that are being looked at.
    pub(super) fn take(&self) -> Vec<Turn> {
        let mut orgs = self.lock();
        let idle: Vec<OrgId> = orgs.wanted.difference(&orgs.running).copied().collect();
        for org in &idle {
            orgs.wanted.remove(org);
            orgs.running.insert(*org);
        }
        drop(orgs);
        idle.into_iter().map(|org| Turn { org, feed: self.clone() }).collect()
    }

    fn end_turn(&self, org: OrgId) {
        let mut orgs = self.lock();
        orgs.running.remove(&org);
        let is_wanted = orgs.wanted.contains(&org);
        drop(orgs);
        if is_wanted {
            self.shared.changed.notify_one();
        }
    }

    /// Takes note of who released what was assigned to them, until something else is decided on it.
    pub(super) fn note(&self, noted: &Noted) {
        let (org, conversation) = (noted.facts.org, noted.facts.id);
        let assignee = noted.head.assignee.as_ref().map(|agent| agent.id);
        match &noted.entry.body {
            Body::Event(Event::Release { agent: Some(agent), to_assistant: false, .. })
                if assignee == Some(agent.id) =>
            {
                let mut orgs = self.lock();
                if orgs.released.len() >= RELEASED_MAX {
                    orgs.released.clear();
                }
                orgs.released.insert(conversation, (org, agent.id));
            }
            Body::Event(
                Event::Takeover { .. }
                | Event::Release { .. }
                | Event::Assigned { .. }
                | Event::Closed { .. },
            ) => {
                self.lock().released.remove(&conversation);
            }
            Body::Message(_) | Body::Note(_) | Body::Event(_) => {}
        }
    }

    /// What assignees of an org have released, and who.
    pub(super) fn released(&self, org: OrgId) -> Vec<(ConversationId, UserId)> {
        let orgs = self.lock();
        let of_org = orgs.released.iter().filter(|(_, (of, _))| *of == org);
        of_org.map(|(conversation, (_, agent))| (*conversation, *agent)).take(RELEASED_AT_ONCE).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Orgs> {
        self.shared.orgs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a visitor waits after something that was committed, and it is not decided who answers them.
pub(super) fn begins_wait(noted: &Noted) -> bool {
    let is_waiting = matches!(noted.head.responder, Responder::Waiting { .. });
    let may_begin = match noted.entry.body {
        // Whether the assignee comes is looked at then.
        Body::Event(Event::Handoff { .. } | Event::Release { .. }) => true,
        Body::Message(_) | Body::Event(Event::Assigned { .. }) => noted.head.assignee.is_none(),
        Body::Note(_) | Body::Event(_) => false,
    };
    is_waiting && may_begin && noted.head.last_visitor_message_seq != 0
}

/// Whether something that was committed may have made an agent free.
pub(super) fn may_free(noted: &Noted) -> bool {
    matches!(
        noted.entry.body,
        Body::Event(
            Event::Closed { .. }
                | Event::Release { .. }
                | Event::Takeover { .. }
                | Event::Assigned { .. }
                | Event::Snoozed { .. }
        )
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_no_channel_assigns_nobody_looks_who_is_free() {
        let feed = AssignmentFeed::default();

        let take = || feed.take().iter().map(|turn| turn.org).collect::<Vec<_>>();
        feed.agent_freed(OrgId(1));
        assert!(take().is_empty());
        feed.want(OrgId(1));
        assert_eq!(take(), [OrgId(1)]);
        feed.agent_freed(OrgId(1));
        feed.agent_freed(OrgId(2));
        assert_eq!(take(), [OrgId(1)], "of the org that was seen to assign");
        feed.wake(OrgId(2));
        assert_eq!(take(), [OrgId(2)], "who came may find somebody who waits");
    }

    #[test]
    fn an_org_is_looked_at_once_at_a_time_and_again_where_it_is_wanted_meanwhile() {
        let feed = AssignmentFeed::default();
        feed.want(OrgId(1));
        let turn = feed.take();
        feed.want(OrgId(1));
        feed.want(OrgId(2));

        assert_eq!(feed.take().iter().map(|turn| turn.org).collect::<Vec<_>>(), [OrgId(2)]);
        drop(turn);
        assert_eq!(feed.take().iter().map(|turn| turn.org).collect::<Vec<_>>(), [OrgId(1)]);
        assert!(feed.take().is_empty());
    }
}
