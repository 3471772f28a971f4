//! Removes one conversation: its room, its files, its entries, itself.

use rooms::{ConversationId, OrgId};

use super::Privacy;
use super::service::RemovalError;

/// Entries removed by one transaction, so that messages of others wait for milliseconds at most.
const ENTRIES_STEP: i64 = 200;

impl Privacy {
    /// Removes a conversation with its files and recordings; false where a call goes on in it. It may be repeated: what
    /// is gone already is fine.
    pub(super) async fn remove_conversation(
        &self,
        org: OrgId,
        id: ConversationId,
    ) -> Result<bool, RemovalError> {
        let (hub, db) = (&self.parts.hub, &self.parts.base.db);
        hub.end_for_removal(org, id).await?;
        let files = db.conversations().files(org, id).await?;
        if files.is_in_call {
            return Ok(false);
        }
        // Files first: what is left behind by a crash is found again by its rows.
        let attachments: Vec<_> = files.attachments.into_iter().map(|(id, _)| id).collect();
        self.parts.attachments.remove_files(org, &attachments).await?;
        self.parts.voice.remove_recordings(org, &files.recordings).await?;
        while db.conversations().remove_entries(org, id, ENTRIES_STEP).await? != 0 {}
        db.conversations().remove(org, id).await?;
        hub.conversation_removed(org, id).await;
        Ok(true)
    }
}
