//! Which conversations an inbox shows, as agents ask it.

use serde::Deserialize;

use crate::model::ConversationList;

/// Which conversations an inbox shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, utoipa::ToSchema)]
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
        }
    }
}

/// The filter of an inbox.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct InboxFilter {
    /// Which conversations.
    #[serde(default)]
    pub view: InboxView,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
pub(super) struct InboxData {
    #[serde(default)]
    pub(super) filter: Option<InboxFilter>,
}
