//! The part of a room task that knows how an answer is rated.

use rooms::Command;

use super::room_task::RoomTask;
use crate::db::DbError;

impl RoomTask {
    /// Puts the rating that is stored into a command that rates an answer. With nothing of this room on its way to the
    /// store it is the last one: nobody else writes ratings of this conversation.
    pub(super) async fn read_thumb(&self, command: &mut Command) -> Result<(), DbError> {
        if let Command::RateMessage { message, before, .. } = command {
            let ratings = self.hub.db().ratings();
            *before = ratings.of_message(self.facts.org, self.facts.id, *message).await?;
        }
        Ok(())
    }
}
