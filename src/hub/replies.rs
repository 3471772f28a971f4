//! What the assistant does in conversations, and how it hears of them. The hub never calls the assistant by name.

use std::sync::Arc;

use rooms::{
    Command, Content, ConversationId, Entry, EntryId, Failure, Head, Insight, OrgId, Stage, TicketId, User,
};

use super::registry::Hub;
use super::room_handle::{ActReply, Acted, ReplyBegun, Request, RoomFacts};
use crate::refusal::ServiceError;

/// Something that was committed in a live room.
#[derive(Debug, Clone)]
pub struct Noted {
    /// Where.
    pub facts: Arc<RoomFacts>,
    /// The state after it.
    pub head: Arc<Head>,
    /// What.
    pub entry: Arc<Entry>,
}

/// Who hears of what happens in live rooms. Its methods must not wait: rooms call them while they work.
pub trait Listener: std::fmt::Debug + Send + Sync {
    /// The assistant should begin a reply here, unless it is about to.
    fn reply_wanted(&self, facts: &Arc<RoomFacts>);
    /// Something was committed.
    fn noted(&self, noted: Noted);
    /// Access has ended: of a token, a session, a visitor, a member, a channel or a call, as `kind:id`.
    fn revoked(&self, _org: OrgId, _subject: &str) {}
}

impl Hub {
    pub(super) fn tell_listener(&self, facts: &Arc<RoomFacts>, head: &Head, entry: Entry) {
        let noted = Noted { facts: facts.clone(), head: Arc::new(head.clone()), entry: Arc::new(entry) };
        self.listeners().iter().for_each(|listener| listener.noted(noted.clone()));
    }

    /// Begins a reply of `author`; `None` where there is nothing to answer, or one is being written.
    ///
    /// # Errors
    /// `not_found`, `unavailable`.
    pub async fn begin_reply(
        self: &Arc<Self>,
        org: OrgId,
        id: ConversationId,
        author: &User,
    ) -> Result<Option<ReplyBegun>, ServiceError> {
        let entry = EntryId(self.fresh_id());
        self.with_room(org, id, |room| {
            let author = author.clone();
            async move { room.ask(|reply| Request::BeginReply { id: entry, author, speaks: false, reply }).await }
        })
        .await
    }

    /// Adds a piece to a reply. A piece of a reply that has ended goes nowhere.
    ///
    /// # Errors
    /// `not_found`, `unavailable`.
    pub async fn write_reply(
        self: &Arc<Self>,
        org: OrgId,
        id: ConversationId,
        reply: EntryId,
        piece: Arc<str>,
    ) -> Result<(), ServiceError> {
        self.with_room(org, id, |room| {
            let piece = piece.clone();
            async move { room.send(Request::WriteReply { id: reply, piece }).await }
        })
        .await
    }

    /// Says what the assistant does for a reply.
    ///
    /// # Errors
    /// `conflict` when the reply has ended.
    pub async fn set_reply_stage(
        self: &Arc<Self>,
        org: OrgId,
        id: ConversationId,
        reply: EntryId,
        stage: Stage,
    ) -> Result<(), ServiceError> {
        self.act_as_house(org, id, || Command::SetStage { id: reply, stage: stage.clone() }).await.map(drop)
    }

    /// Ends a reply with everything that was written, as one entry.
    ///
    /// # Errors
    /// `conflict` when the reply has ended or was overrun; nothing is stored then.
    pub async fn finish_reply(
        self: &Arc<Self>,
        org: OrgId,
        id: ConversationId,
        reply: EntryId,
        metadata: Option<Arc<str>>,
        usage: Option<Arc<str>>,
    ) -> Result<Acted, ServiceError> {
        self.act_as_house(org, id, || Command::FinishReply {
            id: reply,
            metadata: metadata.clone(),
            usage: usage.clone(),
        })
        .await
    }

    /// Ends a reply that will not be finished; what was written of it stays, marked.
    ///
    /// # Errors
    /// `conflict` when the reply has ended or was overrun.
    pub async fn fail_reply(
        self: &Arc<Self>,
        org: OrgId,
        id: ConversationId,
        reply: EntryId,
        failure: Option<Failure>,
    ) -> Result<Acted, ServiceError> {
        self.act_as_house(org, id, || Command::FailReply { id: reply, failure: failure.clone() }).await
    }

    /// Asks for a person in the name of the assistant or of the house.
    ///
    /// # Errors
    /// `handoff_disabled`, `conversation_closed`.
    pub async fn hand_off(
        self: &Arc<Self>,
        org: OrgId,
        id: ConversationId,
        by: &User,
        reason: &str,
    ) -> Result<Acted, ServiceError> {
        let (reason, ids): (Arc<str>, _) =
            (reason.into(), (EntryId(self.fresh_id()), TicketId(self.fresh_id())));
        self.act_as_house(org, id, || Command::RequestHandoff { by: by.clone(), reason: reason.clone(), ids })
            .await
    }

    /// Lets the assistant go on where nobody has come.
    ///
    /// # Errors
    /// `already_taken`, `conversation_closed`, `conflict` where the channel has no assistant.
    pub async fn resume(
        self: &Arc<Self>,
        org: OrgId,
        id: ConversationId,
        by: &User,
        reason: &str,
    ) -> Result<Acted, ServiceError> {
        let (entry, reason): (_, Arc<str>) = (EntryId(self.fresh_id()), reason.into());
        self.act_as_house(org, id, || Command::Resume { by: by.clone(), reason: reason.clone(), id: entry })
            .await
    }

    /// Writes a message in the name of the house, such as "nobody is free".
    ///
    /// # Errors
    /// `conversation_closed`.
    pub async fn say_as(
        self: &Arc<Self>,
        org: OrgId,
        id: ConversationId,
        author: &User,
        content: Content,
    ) -> Result<Acted, ServiceError> {
        let entry = EntryId(self.fresh_id());
        let handoff_ids = (EntryId(self.fresh_id()), TicketId(self.fresh_id()));
        self.act_as_house(org, id, || Command::Send {
            author: author.clone(),
            id: entry,
            content: content.clone(),
            handoff_ids,
        })
        .await
    }

    /// Writes a note for the agents in the name of the house, such as the summary at a handoff.
    ///
    /// # Errors
    /// `conversation_closed`.
    pub async fn note_as(
        self: &Arc<Self>,
        org: OrgId,
        id: ConversationId,
        author: &User,
        content: Content,
    ) -> Result<Acted, ServiceError> {
        let entry = EntryId(self.fresh_id());
        self.act_as_house(org, id, || Command::Note {
            author: author.clone(),
            id: entry,
            content: content.clone(),
        })
        .await
    }

    /// Remembers what the newest message of the visitor is about, and shows it to agents.
    ///
    /// # Errors
    /// `not_found`, `unavailable`.
    pub async fn set_insight(
        self: &Arc<Self>,
        org: OrgId,
        id: ConversationId,
        insight: Insight,
    ) -> Result<(), ServiceError> {
        let head = self.store().note_insight(org, id, insight).await?;
        let head = head.ok_or_else(ServiceError::not_found)?;
        self.with_room(org, id, |room| {
            let head = Box::new(head.clone());
            async move { room.ask(|reply| Request::Retagged { reason: "insight", head, reply }).await }
        })
        .await?;
        Ok(())
    }

    pub(super) async fn act_as_house(
        self: &Arc<Self>,
        org: OrgId,
        id: ConversationId,
        command: impl Fn() -> Command,
    ) -> Result<Acted, ServiceError> {
        self.with_room(org, id, |room| {
            let command = command();
            async move { room.ask(|reply: ActReply| Request::Act { command, reply }).await }
        })
        .await?
    }
}
