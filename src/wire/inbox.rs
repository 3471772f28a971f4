//! Which conversations an inbox shows, as agents ask it, and how many its saved views have.

use rooms::Status;
use serde::{Deserialize, Serialize};

use super::WireError;
use crate::model::{ConversationList, ConversationSort, ViewAssignee, ViewFilter};

/// Maximum length of a label in Unicode code points.
const LABEL_MAX_CHARS: usize = 50;

/// Which conversations an inbox shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum InboxView {
    /// Assigned to the caller.
    Mine,
    /// Assigned to nobody.
    Unassigned,
    /// Waiting for a person.
    Waiting,
    /// Every one that is not closed.
    #[default]
    All,
    /// The closed ones.
    Closed,
    /// Put aside until later.
    Snoozed,
    /// Answered by the caller, with the visitor's words last.
    #[serde(rename = "my_turn")]
    MyTurn,
    /// Where a note mentions the caller, who has not read it yet.
    Mentions,
}

/// The order of an inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum InboxSort {
    /// The newest change first.
    Newest,
    /// Those that wait first, the longest wait at the top, and then the newest change.
    LongestWait,
    /// Those where the visitor wrote last first, the oldest change at the top, and then the newest change.
    Unanswered,
}

/// A status to filter by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum InboxStatus {
    /// Somebody answers it.
    Open,
    /// It waits for a person.
    Waiting,
    /// It is put aside.
    Snoozed,
}

impl From<InboxView> for ConversationList {
    fn from(view: InboxView) -> Self {
        match view {
            InboxView::Mine => Self::Mine,
            InboxView::Unassigned => Self::Unassigned,
            InboxView::Waiting => Self::Waiting,
            InboxView::All => Self::All,
            InboxView::Closed => Self::Closed,
            InboxView::Snoozed => Self::Snoozed,
            InboxView::MyTurn => Self::MyTurn,
            InboxView::Mentions => Self::Mentions,
        }
    }
}

impl From<ConversationList> for InboxView {
    fn from(list: ConversationList) -> Self {
        match list {
            ConversationList::Mine => Self::Mine,
            ConversationList::Unassigned => Self::Unassigned,
            ConversationList::Waiting => Self::Waiting,
            ConversationList::All => Self::All,
            ConversationList::Closed => Self::Closed,
            ConversationList::Snoozed => Self::Snoozed,
            ConversationList::MyTurn => Self::MyTurn,
            ConversationList::Mentions => Self::Mentions,
        }
    }
}

/// The filter of an inbox: every part that is named must fit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
pub struct InboxFilter {
    /// Which conversations.
    #[serde(default)]
    #[cfg_attr(test, ts(optional = false))]
    pub view: InboxView,
    /// Only those of this status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub status: Option<InboxStatus>,
    /// Only this channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub channel_id: Option<String>,
    /// Only those assigned to this agent: an id, `me` or `none`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub assignee: Option<String>,
    /// Only those with this label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub label: Option<String>,
    /// The order; without one those that wait are by priority and longest wait, all others by the newest change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub sort: Option<InboxSort>,
}

impl InboxFilter {
    /// The filter as services know it. What cannot be an id of a channel is the id of none.
    ///
    /// # Errors
    /// `not_found` for a channel that cannot be, `bad_request` for an assignee or a label that cannot be.
    pub fn parse(&self) -> Result<ViewFilter, WireError> {
        let channel = self.channel_id.as_deref().map(str::parse).transpose();
        let assignee = self.assignee.as_deref().map(parse_assignee).transpose()?;
        if self.label.as_ref().is_some_and(|label| label.chars().count() > LABEL_MAX_CHARS) {
            return Err(WireError::bad_request("a label has at most 50 characters"));
        }
        Ok(ViewFilter {
            list: self.view.into(),
            status: self.status.map(|status| match status {
                InboxStatus::Open => Status::Open,
                InboxStatus::Waiting => Status::Waiting,
                InboxStatus::Snoozed => Status::Snoozed,
            }),
            channel: channel.map_err(|_| WireError::not_found())?,
            assignee,
            label: self.label.clone(),
            sort: self.sort.map(|sort| match sort {
                InboxSort::Newest => ConversationSort::Newest,
                InboxSort::LongestWait => ConversationSort::LongestWait,
                InboxSort::Unanswered => ConversationSort::Unanswered,
            }),
        })
    }
}

fn parse_assignee(text: &str) -> Result<ViewAssignee, WireError> {
    match text {
        "me" => Ok(ViewAssignee::Me),
        "none" => Ok(ViewAssignee::Nobody),
        id => {
            let id = id.parse().map(ViewAssignee::Agent);
            id.map_err(|_| WireError::bad_request("assignee must be me, none or the id of an agent"))
        }
    }
}

impl From<&ViewFilter> for InboxFilter {
    fn from(filter: &ViewFilter) -> Self {
        Self {
            view: filter.list.into(),
            status: filter.status.and_then(|status| match status {
                Status::Open => Some(InboxStatus::Open),
                Status::Waiting => Some(InboxStatus::Waiting),
                Status::Snoozed => Some(InboxStatus::Snoozed),
                Status::Closed => None,
            }),
            channel_id: filter.channel.map(|channel| channel.to_string()),
            assignee: filter.assignee.map(|assignee| match assignee {
                ViewAssignee::Me => "me".to_owned(),
                ViewAssignee::Nobody => "none".to_owned(),
                ViewAssignee::Agent(agent) => agent.to_string(),
            }),
            label: filter.label.clone(),
            sort: filter.sort.map(|sort| match sort {
                ConversationSort::Newest => InboxSort::Newest,
                ConversationSort::LongestWait => InboxSort::LongestWait,
                ConversationSort::Unanswered => InboxSort::Unanswered,
            }),
        }
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
pub(super) struct InboxData {
    #[serde(default)]
    pub(super) filter: Option<InboxFilter>,
}

/// How many conversations a saved view has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "ViewCount"))]
pub struct ViewCountView {
    /// The id of the view.
    pub id: String,
    /// How many it has for the caller.
    #[cfg_attr(test, ts(type = "number"))]
    pub count: u64,
}

/// `inbox:views`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct InboxViewsUpdate {
    /// How many conversations each saved view has that can be counted.
    pub counts: Vec<ViewCountView>,
    /// Whether a view was created, changed or deleted.
    pub changed: bool,
}
