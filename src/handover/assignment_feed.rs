//! When the visitors of an org who wait are to be looked at, for automatic assignment.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rooms::{Body, Event, OrgId, Responder};
use tokio::sync::Notify;

use crate::hub::Noted;

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

    /// Takes the orgs that are to be looked at.
    pub(super) fn take(&self) -> HashSet<OrgId> {
        std::mem::take(&mut self.lock().wanted)
    }

    fn lock(&self) -> MutexGuard<'_, Orgs> {
        self.shared.orgs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a visitor waits after something that was committed, and nobody is to answer them yet.
pub(super) fn begins_wait(noted: &Noted) -> bool {
    let is_waiting = matches!(noted.head.responder, Responder::Waiting { .. });
    let may_begin = matches!(
        noted.entry.body,
        Body::Message(_)
            | Body::Event(Event::Handoff { .. } | Event::Release { .. } | Event::Assigned { .. })
    );
    is_waiting && may_begin && noted.head.assignee.is_none() && noted.head.last_visitor_message_seq != 0
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

        feed.agent_freed(OrgId(1));
        assert!(feed.take().is_empty());
        feed.want(OrgId(1));
        assert_eq!(feed.take(), HashSet::from([OrgId(1)]));
        feed.agent_freed(OrgId(1));
        feed.agent_freed(OrgId(2));
        assert_eq!(feed.take(), HashSet::from([OrgId(1)]), "of the org that was seen to assign");
    }
}
