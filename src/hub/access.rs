//! Which conversations are a caller's. What is not theirs does not exist for them.

use std::sync::Arc;

use rooms::{ConversationId, OrgId, UserId};

use super::registry::Hub;
use super::room_handle::RoomHandle;
use crate::auth::{Principal, PrincipalKind};
use crate::refusal::ServiceError;

impl Hub {
    /// The room of a conversation that `principal` may see.
    pub(super) async fn room_for(
        self: &Arc<Self>,
        principal: &Principal,
        id: ConversationId,
    ) -> Result<RoomHandle, ServiceError> {
        let room = self.room(principal.org, id).await?;
        match principal.kind {
            PrincipalKind::Visitor { .. } if room.facts.visitor != principal.user.id => {
                Err(ServiceError::not_found())
            }
            _ => Ok(room),
        }
    }

    /// The id in a request, as far as it is one.
    ///
    /// # Errors
    /// `not_found`: what cannot be an id exists as little as a foreign one.
    pub fn parse_conversation_id(text: &str) -> Result<ConversationId, ServiceError> {
        text.parse().map_err(|_| ServiceError::not_found())
    }

    /// The member of an org with this id, as a user of rooms.
    pub(super) async fn agent_user(&self, org: OrgId, id: UserId) -> Result<rooms::User, ServiceError> {
        let member = self.db().members().get(org, id).await?;
        match member {
            Some(member) if member.active => {
                Ok(rooms::User { id: member.id, kind: rooms::UserKind::Agent, name: member.name.into() })
            }
            Some(_) | None => Err(ServiceError::not_found()),
        }
    }
}
