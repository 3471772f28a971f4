//! The filter of a saved view as it is stored; its names are storage's own.

use rooms::Status;

use crate::model::{ConversationList, ConversationSort, ViewAssignee, ViewFilter};

const LISTS: [(ConversationList, &str); 8] = [
    (ConversationList::Mine, "mine"),
    (ConversationList::Unassigned, "unassigned"),
    (ConversationList::Waiting, "waiting"),
    (ConversationList::All, "all"),
    (ConversationList::Closed, "closed"),
    (ConversationList::Snoozed, "snoozed"),
    (ConversationList::MyTurn, "my_turn"),
    (ConversationList::Mentions, "mentions"),
];
const STATUSES: [(Status, &str); 4] = [
    (Status::Open, "open"),
    (Status::Waiting, "waiting"),
    (Status::Snoozed, "snoozed"),
    (Status::Closed, "closed"),
];
const SORTS: [(ConversationSort, &str); 3] = [
    (ConversationSort::Newest, "newest"),
    (ConversationSort::LongestWait, "longest_wait"),
    (ConversationSort::Unanswered, "unanswered"),
];

/// A filter in the columns of its row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StoredView {
    pub(super) list: String,
    pub(super) status: Option<String>,
    pub(super) channel_id: Option<String>,
    pub(super) assignee: Option<String>,
    pub(super) label: Option<String>,
    pub(super) sort: Option<String>,
}

impl StoredView {
    pub(super) fn of(filter: &ViewFilter) -> Self {
        let assignee = filter.assignee.map(|assignee| match assignee {
            ViewAssignee::Me => "me".to_owned(),
            ViewAssignee::Nobody => "none".to_owned(),
            ViewAssignee::Agent(agent) => agent.to_string(),
        });
        Self {
            list: name_of(&LISTS, filter.list),
            status: filter.status.map(|status| name_of(&STATUSES, status)),
            channel_id: filter.channel.map(|channel| channel.to_string()),
            assignee,
            label: filter.label.clone(),
            sort: filter.sort.map(|sort| name_of(&SORTS, sort)),
        }
    }

    /// `None` where it is not one of ours.
    pub(super) fn parse(self) -> Option<ViewFilter> {
        let assignee = match self.assignee.as_deref() {
            None => None,
            Some("me") => Some(ViewAssignee::Me),
            Some("none") => Some(ViewAssignee::Nobody),
            Some(agent) => Some(ViewAssignee::Agent(agent.parse().ok()?)),
        };
        Some(ViewFilter {
            list: named(&LISTS, &self.list)?,
            status: optional(self.status.as_deref(), |name| named(&STATUSES, name))?,
            channel: optional(self.channel_id.as_deref(), |id| id.parse().ok())?,
            assignee,
            label: self.label,
            sort: optional(self.sort.as_deref(), |name| named(&SORTS, name))?,
        })
    }
}

fn name_of<T: Copy + PartialEq>(names: &[(T, &'static str)], value: T) -> String {
    let found = names.iter().find(|(one, _)| *one == value);
    found.map(|(_, name)| (*name).to_owned()).unwrap_or_default()
}

fn named<T: Copy>(names: &[(T, &'static str)], name: &str) -> Option<T> {
    names.iter().find(|(_, one)| *one == name).map(|(value, _)| *value)
}

/// Nothing where nothing is stored; `None` where what is stored cannot be parsed.
#[expect(clippy::option_option, reason = "the outer one is a failure to parse")]
fn optional<T>(stored: Option<&str>, parse: impl FnOnce(&str) -> Option<T>) -> Option<Option<T>> {
    match stored {
        None => Some(None),
        Some(text) => parse(text).map(Some),
    }
}

#[cfg(test)]
mod tests {
    use rooms::{ChannelId, UserId};

    use super::*;

    #[test]
    fn a_filter_comes_back_as_it_was_stored() {
        let assignees =
            [None, Some(ViewAssignee::Me), Some(ViewAssignee::Nobody), Some(ViewAssignee::Agent(UserId(7)))];
        for (list, _) in LISTS {
            for (sort, _) in SORTS {
                for assignee in assignees {
                    let filter = ViewFilter {
                        list,
                        status: Some(Status::Waiting),
                        channel: Some(ChannelId(3)),
                        assignee,
                        label: Some("vip".to_owned()),
                        sort: Some(sort),
                    };
                    assert_eq!(StoredView::of(&filter).parse(), Some(filter));
                }
            }
        }
        let plain = ViewFilter::default();
        assert_eq!(StoredView::of(&plain).parse(), Some(plain));
        for broken in [
            StoredView { list: "x".to_owned(), ..StoredView::of(&ViewFilter::default()) },
            StoredView { sort: Some("x".to_owned()), ..StoredView::of(&ViewFilter::default()) },
            StoredView { assignee: Some("x".to_owned()), ..StoredView::of(&ViewFilter::default()) },
        ] {
            assert_eq!(broken.parse(), None);
        }
    }
}
