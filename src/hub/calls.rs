//! What calls do in conversations: begin, speak, end. What is said becomes ordinary entries.

use std::sync::Arc;

use rooms::{CallId, Command, Content, ConversationId, EntryId, OrgId, TicketId, Timestamp, User};

use super::registry::Hub;
use super::room_handle::{Acted, ReplyBegun, Request};
use crate::auth::{Principal, Right};
use crate::refusal::ServiceError;

impl Hub {
    /// Begins a call of the visitor whose conversation it is.
    ///
    /// # Errors
    /// `conflict` with the running call, `conversation_closed`, `not_found`.
    pub async fn start_call(
        self: &Arc<Self>,
        principal: &Principal,
        id: ConversationId,
        call: CallId,
    ) -> Result<Acted, ServiceError> {
        Right::StartCall.check(principal)?;
        self.room_for(principal, id).await?;
        let (by, entry) = (principal.user.clone(), EntryId(self.fresh_id()));
        self.act_as_house(principal.org, id, || Command::StartCall { by: by.clone(), call, id: entry }).await
    }

    /// Ends a call, which was over `at` that time or now; ending one that has ended is fine.
    ///
    /// # Errors
    /// `not_found`, `unavailable`.
    pub async fn end_call(
        self: &Arc<Self>,
        org: OrgId,
        id: ConversationId,
        call: CallId,
        by: &User,
        reason: &'static str,
        at: Option<Timestamp>,
    ) -> Result<Acted, ServiceError> {
        let entry = EntryId(self.fresh_id());
        self.act_as_house(org, id, || Command::EndCall {
            by: by.clone(),
            call,
            reason: reason.into(),
            at,
            id: entry,
        })
        .await
    }

    /// Begins what the assistant says in a call, under an id of the caller's; `None` where it may not speak.
    ///
    /// # Errors
    /// `not_found`, `unavailable`.
    pub async fn begin_speech(
        self: &Arc<Self>,
        org: OrgId,
        id: ConversationId,
        entry: EntryId,
        author: &User,
    ) -> Result<Option<ReplyBegun>, ServiceError> {
        self.with_room(org, id, |room| {
            let author = author.clone();
            async move {
                room.ask(|reply| Request::BeginReply { id: entry, author, speaks: true, reply }).await
            }
        })
        .await
    }

    /// Writes what somebody said in a call, under an id of the caller's.
    ///
    /// # Errors
    /// `conversation_closed`, and `not_holder` for an agent who has not taken over.
    pub async fn write_spoken(
        self: &Arc<Self>,
        org: OrgId,
        id: ConversationId,
        entry: EntryId,
        author: &User,
        content: Content,
    ) -> Result<Acted, ServiceError> {
        let handoff_ids = (EntryId(self.fresh_id()), TicketId(self.fresh_id()));
        self.act_as_house(org, id, || Command::Send {
            author: author.clone(),
            id: entry,
            content: content.clone(),
            handoff_ids,
        })
        .await
    }

    /// Writes what a person said to another in a call, under an id of the caller's.
    ///
    /// # Errors
    /// `conversation_closed`.
    pub async fn write_overheard(
        self: &Arc<Self>,
        org: OrgId,
        id: ConversationId,
        entry: EntryId,
        author: &User,
        content: Content,
    ) -> Result<Acted, ServiceError> {
        self.act_as_house(org, id, || Command::Overhear {
            author: author.clone(),
            id: entry,
            content: content.clone(),
        })
        .await
    }

    /// Ends what the assistant said with what was heard of it.
    ///
    /// # Errors
    /// `conflict` where a person has taken over meanwhile; what had been heard is in the log then.
    pub async fn finish_speech(
        self: &Arc<Self>,
        org: OrgId,
        id: ConversationId,
        entry: EntryId,
        text: Arc<str>,
        is_interrupted: bool,
        metadata: Arc<str>,
    ) -> Result<Acted, ServiceError> {
        self.act_as_house(org, id, || Command::FinishSpeech {
            id: entry,
            text: text.clone(),
            is_interrupted,
            metadata: Some(metadata.clone()),
        })
        .await
    }

    /// Hands the conversation back in the name of an agent whose voice was lost.
    ///
    /// # Errors
    /// `not_holder`, `conversation_closed`.
    pub async fn release_for(
        self: &Arc<Self>,
        org: OrgId,
        id: ConversationId,
        agent: &User,
        reason: &'static str,
    ) -> Result<Acted, ServiceError> {
        let entry = EntryId(self.fresh_id());
        self.act_as_house(org, id, || Command::Release {
            agent: agent.clone(),
            to: None,
            reason: Some(reason.into()),
            id: entry,
        })
        .await
    }
}
