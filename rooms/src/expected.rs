//! What a decision about the assignee stands on.

use crate::{User, UserId};

/// Who must be the assignee for a decision to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExpectedAssignee {
    /// It does not matter.
    Any,
    /// Nobody.
    Nobody,
    /// This agent.
    Agent(UserId),
}

impl ExpectedAssignee {
    /// Nobody but the assignee of now.
    pub(crate) fn current(assignee: Option<&User>) -> Self {
        assignee.map_or(Self::Nobody, |agent| Self::Agent(agent.id))
    }

    /// Whether it is so.
    pub(crate) fn holds(self, assignee: Option<&User>) -> bool {
        self == Self::Any || self == Self::current(assignee)
    }
}
