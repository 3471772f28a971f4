//! What a reply of the assistant needs besides commands: its beginning, and its pieces as they come.

use std::sync::Arc;

use rooms::{ConversationId, EntryId, OrgId, User};

use super::registry::Hub;
use super::room_handle::{ReplyBegun, ReplyMedium, Request};
use crate::refusal::ServiceError;

impl Hub {
    /// Begins a reply of `author` under an id of the caller's; `None` where there is nothing to answer, where one is
    /// being written, or where the assistant may not speak.
    ///
    /// # Errors
    /// `not_found`, `unavailable`.
    pub async fn begin_reply(
        self: &Arc<Self>,
        org: OrgId,
        conversation: ConversationId,
        reply: EntryId,
        author: &User,
        medium: ReplyMedium,
    ) -> Result<Option<ReplyBegun>, ServiceError> {
        self.with_room(org, conversation, |room| {
            let author = author.clone();
            let begin = |answer| Request::BeginReply { id: reply, author, medium, reply: answer };
            async move { room.ask(begin).await }
        })
        .await
    }

    /// Adds a piece to a reply, and waits for nobody to read it. A piece of a reply that has ended goes nowhere.
    ///
    /// # Errors
    /// `not_found`, `unavailable`.
    pub async fn write_reply(
        self: &Arc<Self>,
        org: OrgId,
        conversation: ConversationId,
        reply: EntryId,
        piece: Arc<str>,
    ) -> Result<(), ServiceError> {
        self.with_room(org, conversation, |room| {
            let piece = piece.clone();
            async move { room.send(Request::WriteReply { id: reply, piece }).await }
        })
        .await
    }
}
