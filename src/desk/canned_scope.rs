//! Who uses a canned reply, and what its change takes.

use rooms::UserId;

use crate::auth::{Principal, Right};
use crate::model::CannedReplyRecord;

/// Who uses a canned reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CannedScope {
    /// Every agent of the org.
    Org,
    /// The agent whose it is.
    Personal,
}

impl CannedScope {
    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Org => "org",
            Self::Personal => "personal",
        }
    }

    /// A scope by its name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Org, Self::Personal].into_iter().find(|scope| scope.as_str() == name)
    }

    /// The scope of a stored canned reply.
    #[must_use]
    pub fn of(record: &CannedReplyRecord) -> Self {
        if record.member_id.is_some() { Self::Personal } else { Self::Org }
    }

    /// What a change in this scope takes.
    pub(super) fn right(self) -> Right {
        match self {
            Self::Org => Right::ManageCannedReplies,
            Self::Personal => Right::UseCannedReplies,
        }
    }

    /// Whose a canned reply of the caller becomes.
    pub(super) fn member(self, principal: &Principal) -> Option<UserId> {
        match self {
            Self::Org => None,
            Self::Personal => Some(principal.user.id),
        }
    }
}
