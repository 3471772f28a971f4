//! How many conversations each view of an org's inbox has, kept while somebody watches.

use std::collections::HashMap;

use rooms::{ConversationId, Head, Status, UserId};

use crate::wire::CountsView;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    is_waiting: bool,
    assignee: Option<UserId>,
}

/// The open conversations of one org, counted.
#[derive(Debug, Default)]
pub(super) struct InboxIndex {
    places: HashMap<ConversationId, Place>,
    waiting: u64,
    unassigned: u64,
    by_assignee: HashMap<UserId, u64>,
}

impl InboxIndex {
    pub(super) fn new(open: Vec<(ConversationId, bool, Option<UserId>)>) -> Self {
        let mut index = Self::default();
        for (id, is_waiting, assignee) in open {
            index.put(id, Place { is_waiting, assignee });
        }
        index
    }

    /// Takes in the state of a conversation; the latest one counts.
    pub(super) fn update(&mut self, id: ConversationId, head: &Head) {
        self.remove(id);
        if head.status != Status::Closed {
            let assignee = head.assignee.as_ref().map(|agent| agent.id);
            self.put(id, Place { is_waiting: head.status == Status::Waiting, assignee });
        }
    }

    /// The counts as `agent` sees them.
    pub(super) fn counts(&self, agent: UserId) -> CountsView {
        CountsView {
            mine: self.by_assignee.get(&agent).copied().unwrap_or(0),
            unassigned: self.unassigned,
            waiting: self.waiting,
            all: self.places.len() as u64,
        }
    }

    fn put(&mut self, id: ConversationId, place: Place) {
        self.waiting += u64::from(place.is_waiting);
        match place.assignee {
            Some(agent) => *self.by_assignee.entry(agent).or_default() += 1,
            None => self.unassigned += 1,
        }
        self.places.insert(id, place);
    }

    fn remove(&mut self, id: ConversationId) {
        let Some(place) = self.places.remove(&id) else { return };
        self.waiting -= u64::from(place.is_waiting);
        match place.assignee {
            Some(agent) => {
                if let Some(count) = self.by_assignee.get_mut(&agent) {
                    *count -= 1;
                    if *count == 0 {
                        self.by_assignee.remove(&agent);
                    }
                }
            }
            None => self.unassigned -= 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;
    use rooms::{Timestamp, User, UserKind};

    use super::*;

    fn head(status: Status, assignee: Option<u128>) -> Head {
        let assignee =
            assignee.map(|id| User { id: UserId(id), kind: UserKind::Agent, name: Arc::from("agent") });
        Head { status, assignee, ..Head::begin(true, Timestamp(0)) }
    }

    proptest! {
        #[test]
        fn the_counts_are_those_of_the_latest_states(
            updates in prop::collection::vec(
                (0..6_u128, prop_oneof![Just(Status::Open), Just(Status::Waiting), Just(Status::Closed)], prop::option::of(1..3_u128)),
                0..60,
            )
        ) {
            let mut index = InboxIndex::default();
            let mut latest = HashMap::new();
            for (id, status, assignee) in updates {
                index.update(ConversationId(id), &head(status, assignee));
                latest.insert(id, (status, assignee));
            }
            let open: Vec<_> = latest.values().filter(|(status, _)| *status != Status::Closed).collect();
            let counts = index.counts(UserId(1));
            prop_assert_eq!(counts.all, open.len() as u64);
            prop_assert_eq!(counts.waiting, open.iter().filter(|(status, _)| *status == Status::Waiting).count() as u64);
            prop_assert_eq!(counts.unassigned, open.iter().filter(|(_, agent)| agent.is_none()).count() as u64);
            prop_assert_eq!(counts.mine, open.iter().filter(|(_, agent)| *agent == Some(1)).count() as u64);
        }
    }
}
