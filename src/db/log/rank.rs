//! The orders of lists of conversations: each a number by which they are sorted.

use rooms::{Head, Priority, Role, Status};

use crate::model::{ConversationList, ConversationSort, ViewFilter};

/// Between two priorities: more milliseconds than any moment of this millennium has.
const PRIORITY_STEP: i64 = 100_000_000_000_000;

/// The place of a conversation among those that wait, for `order by`; the smallest comes first.
/// The same number as [`waiting_rank`].
pub(super) const WAITING_RANK: &str = "(case c.priority when 'urgent' then 0 when 'high' then 1 when 'low' then 3 \
                            else 2 end * 100000000000000 + c.responder_since)";

/// Those that wait by how long, and behind them the others, the newest change first.
const LONGEST_WAIT: &str =
    "(case when c.status = 'waiting' then c.responder_since else 100000000000000 - c.updated_at end)";

/// Those whose visitor wrote last by the oldest change, and behind them the others, the newest change first.
const UNANSWERED: &str = "(case when c.status <> 'closed' and c.last_message_role = 'visitor' then c.updated_at \
                          else 100000000000000 - c.updated_at end)";

/// An order of conversations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Priority,
    Newest,
    LongestWait,
    Unanswered,
}

impl Order {
    /// The order of a view: those that wait are by priority where nothing else is asked; closed ones answer nobody, and
    /// the newest change is always first.
    pub(super) fn of(view: &ViewFilter) -> Self {
        match view.sort {
            _ if view.list == ConversationList::Closed => Self::Newest,
            Some(ConversationSort::Newest) => Self::Newest,
            Some(ConversationSort::LongestWait) => Self::LongestWait,
            Some(ConversationSort::Unanswered) => Self::Unanswered,
            None if view.list == ConversationList::Waiting => Self::Priority,
            None => Self::Newest,
        }
    }

    /// What to order by, how a further page compares with the last one shown, and the direction.
    pub(super) fn sql(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Priority => (WAITING_RANK, " > (", "asc"),
            Self::Newest => ("c.updated_at", " < (", "desc"),
            Self::LongestWait => (LONGEST_WAIT, " > (", "asc"),
            Self::Unanswered => (UNANSWERED, " > (", "asc"),
        }
    }

    /// The number by which a conversation is sorted.
    pub(super) fn rank(self, head: &Head) -> i64 {
        let behind = PRIORITY_STEP - head.updated_at.0;
        match self {
            Self::Priority => waiting_rank(head),
            Self::Newest => head.updated_at.0,
            Self::LongestWait if head.status == Status::Waiting => head.responder.since().0,
            Self::Unanswered if is_unanswered(head) => head.updated_at.0,
            Self::LongestWait | Self::Unanswered => behind,
        }
    }
}

fn is_unanswered(head: &Head) -> bool {
    let last_role = head.last_message.as_ref().map(|last| last.role);
    head.status != Status::Closed && last_role == Some(Role::Visitor)
}

/// The place of a conversation among those that wait.
pub(super) fn waiting_rank(head: &Head) -> i64 {
    let priority = match head.priority {
        Some(Priority::Urgent) => 0,
        Some(Priority::High) => 1,
        Some(Priority::Medium) | None => 2,
        Some(Priority::Low) => 3,
    };
    priority * PRIORITY_STEP + head.responder.since().0
}
