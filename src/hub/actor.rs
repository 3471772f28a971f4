//! Who acts in a conversation, and which one they mean.

use rooms::{ConnectionId, ConversationId, OrgId, User};

use crate::auth::Principal;
use crate::limits::Source;
use crate::refusal::ServiceError;

/// Who acts in a conversation.
#[derive(Debug, Clone, Copy)]
pub enum Actor<'a> {
    /// A caller with a token: their right is checked, and what is not theirs does not exist for them.
    Caller {
        /// Who they are.
        principal: &'a Principal,
        /// What the limits of visitors count.
        source: Source<'a>,
        /// The connection that sends the answer; without one the answer leaves otherwise.
        connection: Option<ConnectionId>,
    },
    /// A part of this server, such as the assistant or a call, in the name of `user`. It needs no right, and no limit
    /// counts it.
    System {
        /// The org whose conversation it is.
        org: OrgId,
        /// In whose name.
        user: &'a User,
    },
}

impl<'a> Actor<'a> {
    /// The org in whose conversations they act.
    pub(super) fn org(self) -> OrgId {
        match self {
            Self::Caller { principal, .. } => principal.org,
            Self::System { org, .. } => org,
        }
    }

    /// The connection that sends the answer.
    pub(super) fn connection(self) -> Option<ConnectionId> {
        match self {
            Self::Caller { connection, .. } => connection,
            Self::System { .. } => None,
        }
    }

    /// The user they act as.
    pub(super) fn user(self) -> &'a User {
        match self {
            Self::Caller { principal, .. } => &principal.user,
            Self::System { user, .. } => user,
        }
    }
}

/// The conversation that somebody names. Text that cannot be an id names none, which a caller hears only once it is
/// known that they have the right: a refusal by kind says nothing about ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target(Option<ConversationId>);

impl Target {
    /// The id.
    ///
    /// # Errors
    /// `not_found`: what cannot be an id exists as little as a foreign one.
    pub fn id(self) -> Result<ConversationId, ServiceError> {
        self.0.ok_or_else(ServiceError::not_found)
    }
}

impl From<ConversationId> for Target {
    fn from(id: ConversationId) -> Self {
        Self(Some(id))
    }
}

impl From<&str> for Target {
    fn from(text: &str) -> Self {
        Self(text.parse().ok())
    }
}
