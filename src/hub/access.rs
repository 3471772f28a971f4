//! Which conversations are a caller's. What is not theirs does not exist for them.

use std::sync::Arc;

use rooms::ConversationId;

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
}
