//! How many conversations each view of an org's inbox has, kept while somebody watches.

use std::collections::HashMap;

use rooms::{ChannelId, ConversationId, Head, UserId};

use super::view_counts::ViewCounts;
use crate::model::{InboxPlace, ViewRecord};
use crate::wire::{CountsView, ViewCountView};

/// The open conversations of one org, counted.
#[derive(Debug, Default)]
pub(super) struct InboxIndex {
    places: HashMap<ConversationId, InboxPlace>,
    waiting: u64,
    snoozed: u64,
    unassigned: u64,
    by_assignee: HashMap<UserId, u64>,
    by_turn: HashMap<UserId, u64>,
    views: ViewCounts,
}

impl InboxIndex {
    pub(super) fn new(open: Vec<(ConversationId, InboxPlace)>) -> Self {
        let mut index = Self::default();
        for (id, place) in open {
            index.put(id, place);
        }
        index
    }

    /// Takes in the state of a conversation; the latest one counts.
    pub(super) fn update(&mut self, id: ConversationId, channel: ChannelId, head: &Head) {
        self.remove(id);
        if let Some(place) = InboxPlace::of(channel, head) {
            self.put(id, place);
        }
    }

    /// Counts these saved views, and no others, from now on.
    pub(super) fn set_views(&mut self, views: Vec<ViewRecord>) {
        self.views = ViewCounts::new(views);
        for place in self.places.values() {
            self.views.put(place);
        }
    }

    /// How many conversations each saved view has that `agent` sees.
    pub(super) fn view_counts(&self, agent: UserId) -> Vec<ViewCountView> {
        self.views.counts(agent)
    }

    /// The counts as `agent` sees them.
    pub(super) fn counts(&self, agent: UserId) -> CountsView {
        CountsView {
            mine: self.by_assignee.get(&agent).copied().unwrap_or(0),
            unassigned: self.unassigned,
            waiting: self.waiting,
            snoozed: self.snoozed,
            my_turn: self.by_turn.get(&agent).copied().unwrap_or(0),
            all: self.places.len() as u64,
        }
    }

    fn put(&mut self, id: ConversationId, place: InboxPlace) {
        self.waiting += u64::from(place.is_waiting());
        self.snoozed += u64::from(place.is_snoozed());
        self.views.put(&place);
        match place.assignee {
            // What is put aside is in nobody's way.
            _ if place.is_snoozed() => {}
            Some(agent) => add(&mut self.by_assignee, agent),
            None => self.unassigned += 1,
        }
        if let Some(agent) = place.turn_of {
            add(&mut self.by_turn, agent);
        }
        self.places.insert(id, place);
    }

    fn remove(&mut self, id: ConversationId) {
        let Some(place) = self.places.remove(&id) else { return };
        self.waiting -= u64::from(place.is_waiting());
        self.snoozed -= u64::from(place.is_snoozed());
        self.views.remove(&place);
        match place.assignee {
            _ if place.is_snoozed() => {}
            Some(agent) => subtract(&mut self.by_assignee, agent),
            None => self.unassigned -= 1,
        }
        if let Some(agent) = place.turn_of {
            subtract(&mut self.by_turn, agent);
        }
    }
}

fn add(counts: &mut HashMap<UserId, u64>, agent: UserId) {
    *counts.entry(agent).or_default() += 1;
}

fn subtract(counts: &mut HashMap<UserId, u64>, agent: UserId) {
    if let Some(count) = counts.get_mut(&agent) {
        *count -= 1;
        if *count == 0 {
            counts.remove(&agent);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;
    use rooms::{LastMessage, Responder, Role, Status, Timestamp, User, UserKind};

    use super::*;

    fn agent(id: u128) -> User {
        User { id: UserId(id), kind: UserKind::Agent, name: Arc::from("agent") }
    }

    fn head(status: Status, assignee: Option<u128>, turn_of: Option<u128>) -> Head {
        let mut head = Head { status, assignee: assignee.map(agent), ..Head::begin(true, Timestamp(0)) };
        if let Some(responder) = turn_of {
            head.responder = Responder::Agent { agent: agent(responder), since: Timestamp(0) };
            head.last_message =
                Some(LastMessage { seq: 1, role: Role::Visitor, preview: Arc::from("hello") });
        }
        head
    }

    fn any_status() -> impl Strategy<Value = Status> {
        prop_oneof![Just(Status::Open), Just(Status::Waiting), Just(Status::Closed), Just(Status::Snoozed)]
    }

    proptest! {
        #[test]
        fn the_counts_are_those_of_the_latest_states(
            updates in prop::collection::vec(
                (0..6_u128, any_status(), prop::option::of(1..3_u128), prop::option::of(1..3_u128)),
                0..60,
            )
        ) {
            let mut index = InboxIndex::default();
            let mut latest = HashMap::new();
            for (id, status, assignee, turn_of) in updates {
                index.update(ConversationId(id), ChannelId(1), &head(status, assignee, turn_of));
                latest.insert(id, (status, assignee, turn_of));
            }
            let count = |is_meant: &dyn Fn(Status, Option<u128>, Option<u128>) -> bool| {
                latest.values().filter(|(status, assignee, turn)| is_meant(*status, *assignee, *turn)).count() as u64
            };
            let is_here = |status| status == Status::Open || status == Status::Waiting;
            let counts = index.counts(UserId(1));
            prop_assert_eq!(counts.all, count(&|status, _, _| status != Status::Closed));
            prop_assert_eq!(counts.waiting, count(&|status, _, _| status == Status::Waiting));
            prop_assert_eq!(counts.snoozed, count(&|status, _, _| status == Status::Snoozed));
            prop_assert_eq!(counts.unassigned, count(&|status, agent, _| is_here(status) && agent.is_none()));
            prop_assert_eq!(counts.mine, count(&|status, agent, _| is_here(status) && agent == Some(1)));
            prop_assert_eq!(counts.my_turn, count(&|status, _, turn| status == Status::Open && turn == Some(1)));
        }
    }
}
