//! What an inbox shows, and the views of it that agents save.

use rooms::{ChannelId, OrgId, Status, UserId};

use super::conversation_list::ConversationList;
use super::ids::ViewId;
use super::inbox_place::InboxPlace;

/// Whose conversations a view shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ViewAssignee {
    /// Those of whoever looks.
    Me,
    /// Nobody's.
    Nobody,
    /// This agent's.
    Agent(UserId),
}

/// In which order conversations are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConversationSort {
    /// The newest change first.
    Newest,
    /// Those that wait first, the longest wait at the top, and then the newest change.
    LongestWait,
    /// Those where the visitor wrote last first, the oldest change at the top, and then the newest change.
    Unanswered,
}

/// What conversations must be like to be listed, and their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ViewFilter {
    /// Which list.
    pub list: ConversationList,
    /// Only those of this status.
    pub status: Option<Status>,
    /// Only this channel.
    pub channel: Option<ChannelId>,
    /// Only those assigned so.
    pub assignee: Option<ViewAssignee>,
    /// Only those with this label.
    pub label: Option<String>,
    /// The order; without one it is the list's own.
    pub sort: Option<ConversationSort>,
}

/// For whom a conversation counts in a view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountedFor {
    /// Nobody: it is not in the view.
    Nobody,
    /// Everybody who looks.
    Everybody,
    /// This agent.
    Agent(UserId),
}

impl ViewFilter {
    /// Whether its conversations can be counted by where they stand: closed ones and mentions cannot.
    #[must_use]
    pub fn is_countable(&self) -> bool {
        !matches!(self.list, ConversationList::Closed | ConversationList::Mentions)
    }

    /// For whom a conversation that is not closed counts in this view.
    #[must_use]
    pub fn counts(&self, place: &InboxPlace) -> CountedFor {
        let is_in = self.is_countable()
            && self.list_has(place)
            && self.status.is_none_or(|status| status == place.status)
            && self.channel.is_none_or(|channel| channel == place.channel)
            && self.label.as_ref().is_none_or(|label| place.labels.iter().any(|own| **own == **label));
        if !is_in {
            return CountedFor::Nobody;
        }
        let of_list = match self.list {
            ConversationList::Mine => Some(place.assignee),
            ConversationList::MyTurn => Some(place.turn_of),
            _ => None,
        };
        let of_assignee = match self.assignee {
            Some(ViewAssignee::Me) => Some(place.assignee),
            Some(ViewAssignee::Nobody) if place.assignee.is_some() => return CountedFor::Nobody,
            Some(ViewAssignee::Agent(agent)) if place.assignee != Some(agent) => return CountedFor::Nobody,
            Some(ViewAssignee::Nobody | ViewAssignee::Agent(_)) | None => None,
        };
        match (of_list, of_assignee) {
            (None, None) => CountedFor::Everybody,
            (Some(one), Some(other)) if one != other => CountedFor::Nobody,
            (Some(agent), _) | (None, Some(agent)) => agent.map_or(CountedFor::Nobody, CountedFor::Agent),
        }
    }

    fn list_has(&self, place: &InboxPlace) -> bool {
        match self.list {
            ConversationList::Mine => !place.is_snoozed() && place.assignee.is_some(),
            ConversationList::Unassigned => !place.is_snoozed() && place.assignee.is_none(),
            ConversationList::Waiting => place.is_waiting(),
            ConversationList::Snoozed => place.is_snoozed(),
            ConversationList::MyTurn => place.turn_of.is_some(),
            ConversationList::All => true,
            ConversationList::Closed | ConversationList::Mentions => false,
        }
    }
}

/// A view of the inbox that an agent has saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewRecord {
    /// Its id; later ones are greater.
    pub id: ViewId,
    /// Its org.
    pub org: OrgId,
    /// Whose it is; without one it is shown to the whole org.
    pub member: Option<UserId>,
    /// Who has created it.
    pub created_by: UserId,
    /// What it is called.
    pub name: String,
    /// What it shows.
    pub filter: ViewFilter,
}

/// There are as many views as there may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ViewsFull;

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rooms::Role;

    use super::*;

    const ANN: UserId = UserId(1);
    const BOB: UserId = UserId(2);

    fn place(status: Status, assignee: Option<UserId>, labels: &[&str]) -> InboxPlace {
        let labels: Vec<Arc<str>> = labels.iter().map(|label| Arc::from(*label)).collect();
        InboxPlace::new(ChannelId(1), (status, labels.into()), assignee, assignee, Some(Role::Visitor))
    }

    #[test]
    fn every_part_of_a_filter_must_fit() {
        let vip = ViewFilter { label: Some("vip".to_owned()), ..ViewFilter::default() };
        let filters = [
            ViewFilter { status: Some(Status::Waiting), ..vip.clone() },
            ViewFilter { channel: Some(ChannelId(2)), ..vip.clone() },
            ViewFilter { assignee: Some(ViewAssignee::Nobody), ..vip.clone() },
            ViewFilter { assignee: Some(ViewAssignee::Agent(BOB)), ..vip.clone() },
            ViewFilter { list: ConversationList::Snoozed, ..vip.clone() },
            ViewFilter { list: ConversationList::Closed, ..vip.clone() },
        ];

        let open = place(Status::Open, Some(ANN), &["new", "vip"]);
        assert_eq!(vip.counts(&open), CountedFor::Everybody);
        assert_eq!(vip.counts(&place(Status::Open, Some(ANN), &["new"])), CountedFor::Nobody);
        for filter in filters {
            assert_eq!(filter.counts(&open), CountedFor::Nobody, "{filter:?}");
        }
    }

    #[test]
    fn what_is_whoever_looks_counts_for_them_alone() {
        let mine = ViewFilter { assignee: Some(ViewAssignee::Me), ..ViewFilter::default() };
        let turn = ViewFilter { list: ConversationList::MyTurn, ..ViewFilter::default() };
        let both = ViewFilter { list: ConversationList::MyTurn, ..mine.clone() };

        let open = place(Status::Open, Some(ANN), &[]);
        for filter in [&mine, &turn, &both] {
            assert_eq!(filter.counts(&open), CountedFor::Agent(ANN), "{filter:?}");
            assert_eq!(filter.counts(&place(Status::Open, None, &[])), CountedFor::Nobody);
        }
        let given_on = InboxPlace::new(
            ChannelId(1),
            (Status::Open, Arc::default()),
            Some(BOB),
            Some(ANN),
            Some(Role::Visitor),
        );
        assert_eq!(both.counts(&given_on), CountedFor::Nobody, "nobody is both");
    }
}
