//! Who may do what in a conversation. What is not theirs does not exist for them.

use std::sync::Arc;

use rooms::{ConversationId, OrgId};

use super::registry::Hub;
use super::room_handle::RoomHandle;
use crate::auth::{Principal, PrincipalKind};
use crate::wire::{SendKind, WireError};

/// What a caller wants to do, as far as their kind decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Read, join, be seen.
    Read,
    /// Write messages, type, say what was read, end.
    Converse,
    /// Write notes.
    Note,
    /// Ask for a person.
    AskForPerson,
    /// Take over, release, assign, tag, watch the inbox.
    Work,
    /// List and look at every conversation of the org.
    Survey,
}

impl Access {
    /// What writing a message of this kind takes.
    pub(super) fn of_send(kind: SendKind) -> Self {
        match kind {
            SendKind::Message => Self::Converse,
            SendKind::Note => Self::Note,
        }
    }

    /// Whether this kind of caller may do it at all.
    ///
    /// # Errors
    /// `forbidden`; it is decided before anything is looked up, so it tells nothing about ids.
    pub fn check(self, principal: &Principal) -> Result<(), WireError> {
        let allowed = match (self, principal.kind) {
            (Self::Read, _) => true,
            (Self::Converse, PrincipalKind::Visitor { .. } | PrincipalKind::Agent { .. }) => true,
            (Self::Note, PrincipalKind::Agent { .. } | PrincipalKind::Server) => true,
            (Self::AskForPerson, PrincipalKind::Visitor { .. } | PrincipalKind::Server) => true,
            (Self::Work, PrincipalKind::Agent { .. }) => true,
            (Self::Survey, PrincipalKind::Agent { .. } | PrincipalKind::Server) => true,
            (Self::Converse, PrincipalKind::Server)
            | (Self::Note, PrincipalKind::Visitor { .. })
            | (Self::AskForPerson, PrincipalKind::Agent { .. })
            | (Self::Survey, PrincipalKind::Visitor { .. })
            | (Self::Work, PrincipalKind::Visitor { .. } | PrincipalKind::Server) => false,
        };
        if allowed { Ok(()) } else { Err(WireError::forbidden("your kind of user may not do this")) }
    }
}

impl Hub {
    /// The room of a conversation that `principal` may see.
    pub(super) async fn room_for(
        self: &Arc<Self>,
        principal: &Principal,
        id: ConversationId,
    ) -> Result<RoomHandle, WireError> {
        let room = self.room(principal.org, id).await?;
        match principal.kind {
            PrincipalKind::Visitor { .. } if room.facts.visitor != principal.user.id => {
                Err(WireError::not_found())
            }
            _ => Ok(room),
        }
    }

    /// The id in a request, as far as it is one.
    ///
    /// # Errors
    /// `not_found`: what cannot be an id exists as little as a foreign one.
    pub fn parse_conversation_id(text: &str) -> Result<ConversationId, WireError> {
        text.parse().map_err(|_| WireError::not_found())
    }

    /// The member of an org with this id, as a user of rooms.
    pub(super) async fn agent_user(&self, org: OrgId, id: &str) -> Result<rooms::User, WireError> {
        let id = id.parse().map_err(|_| WireError::not_found())?;
        let member = self.db().member(org, id).await.map_err(|error| super::registry::unavailable(&error))?;
        match member {
            Some(member) if member.active => {
                Ok(rooms::User { id: member.id, kind: rooms::UserKind::Agent, name: member.name.into() })
            }
            Some(_) | None => Err(WireError::not_found()),
        }
    }
}
