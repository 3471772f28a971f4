//! What the live part does about a conversation that is removed from storage.

use std::sync::Arc;

use rooms::{ConversationId, OrgId, Status, User};

use super::actor::Actor;
use super::command::Command;
use super::registry::Hub;
use super::room_handle::Request;
use crate::bus::News;
use crate::refusal::ServiceError;
use crate::wire::{Frame, SessionRemovedUpdate, event};

impl Hub {
    /// Ends a conversation that is about to be removed, so that nothing is written to it any more. One that is closed or
    /// gone already is fine.
    ///
    /// # Errors
    /// When it could not be ended.
    pub async fn end_for_removal(
        self: &Arc<Self>,
        org: OrgId,
        id: ConversationId,
    ) -> Result<(), ServiceError> {
        let Some(record) = self.db().conversations().get(org, id).await? else { return Ok(()) };
        if record.head.status != Status::Closed {
            self.act(Actor::System { org, user: &User::system() }, id, Command::EndIdle).await?;
        }
        self.end_room(id).await;
        Ok(())
    }

    /// Takes in that a conversation is gone: agents hear `session:removed`.
    pub async fn conversation_removed(self: &Arc<Self>, org: OrgId, id: ConversationId) {
        // Somebody may have opened it once more meanwhile.
        self.end_room(id).await;
        self.bus().tell(|| News::Removed { conversation: id });
        let update = SessionRemovedUpdate { session_id: id.to_string() };
        self.notify_agents(org, Frame::new(event::SESSION_REMOVED, &update)).await;
    }

    pub(super) async fn end_room(&self, id: ConversationId) {
        if let Some(room) = self.live_room(id) {
            // A room that has just ended by itself is what is wanted.
            let _gone = room.send(Request::Remove).await;
        }
    }
}
