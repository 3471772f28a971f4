//! What callers do in conversations, whatever the transport: sockets and REST come through here.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use rooms::{
    Attachment, AttachmentId, Command, Content, ConversationId, EntryId, Priority, ReleaseTo, TicketId,
    UserId, UserKind,
};
use serde_json::value::RawValue;

use super::access::right_to_send;
use super::registry::Hub;
use super::room_handle::{ActReply, Acted, Request, RoomHandle};
use crate::auth::{Principal, Right};
use crate::model::Patch;
use crate::refusal::ServiceError;
use crate::telemetry::metrics::RATE_LIMITED;
use crate::wire::{ErrorCode, SendKind};

/// The longest client message id.
const CLIENT_MESSAGE_ID_MAX: usize = 64;
/// The largest metadata object, in bytes.
const METADATA_MAX_BYTES: usize = 4_096;
/// The longest reason of a request for a person, in Unicode code points.
const REASON_MAX_CHARS: usize = 500;
/// Files of one message.
const ATTACHMENTS_MAX: usize = 10;
/// Labels of one conversation, and the length of each in Unicode code points.
const LABELS_MAX: usize = 50;
const LABEL_MAX_CHARS: usize = 50;

/// What a takeover depends on.
#[derive(Debug, Clone, Copy, Default)]
pub struct Takeover<'a> {
    /// The takeover number the caller saw.
    pub seen: Option<u64>,
    /// The id of the agent to take it from.
    pub from: Option<&'a str>,
}

/// A message to write, as a client sent it.
#[derive(Debug)]
pub struct NewMessage {
    /// The sender's own id of it.
    pub client_message_id: Option<String>,
    /// The words.
    pub content: String,
    /// Ids of the files that it names.
    pub attachments: Vec<String>,
    /// Message or note.
    pub kind: SendKind,
    /// The entry it answers.
    pub reply_to: Option<String>,
    /// The sender's metadata.
    pub metadata: Option<Box<RawValue>>,
}

/// How far a caller has read.
#[derive(Debug, Clone, Copy)]
pub struct ReadAct {
    /// Where.
    pub conversation: ConversationId,
    /// Up to and with this `seq`.
    pub seq: u64,
}

impl Hub {
    fn entry_id(&self) -> EntryId {
        EntryId(self.fresh_id())
    }

    fn handoff_ids(&self) -> (EntryId, TicketId) {
        (self.entry_id(), TicketId(self.fresh_id()))
    }

    /// Runs a command in a conversation that the caller may see.
    async fn act(
        self: &Arc<Self>,
        principal: &Principal,
        id: ConversationId,
        command: impl Fn() -> Command,
    ) -> Result<Acted, ServiceError> {
        self.room_for(principal, id).await?;
        self.with_room(principal.org, id, |room| {
            let command = command();
            async move { room.ask(|reply: ActReply| Request::Act { command, reply }).await }
        })
        .await?
    }

    /// Checks a message and gives the room and the command that writes it; its place among others is taken
    /// when the command is sent.
    pub(super) async fn prepare_message(
        self: &Arc<Self>,
        principal: &Principal,
        address: IpAddr,
        id: ConversationId,
        message: NewMessage,
    ) -> Result<(RoomHandle, Command), ServiceError> {
        right_to_send(message.kind).check(principal)?;
        let room = self.room_for(principal, id).await?;
        if principal.is_visitor()
            && let Err(wait) = self.limits().visitor_messages.check_address(address)
        {
            metrics::counter!(RATE_LIMITED, "limit" => "visitor_messages_per_minute").increment(1);
            return Err(ServiceError::rate_limited(wait.0));
        }
        let max_chars = match principal.user.kind {
            UserKind::Visitor => room.visitor_message_max_chars.load(Ordering::Relaxed),
            _ => self.settings().agent_message_max_chars,
        };
        let kind = message.kind;
        let content = check_message(&message, max_chars)?;
        let attachments = self.attachments_of(principal, id, &message.attachments).await?;
        let content = Content { text: message.content.into(), attachments, ..content };
        let author = principal.user.clone();
        let command = match kind {
            SendKind::Message => {
                Command::Send { author, id: self.entry_id(), content, handoff_ids: self.handoff_ids() }
            }
            SendKind::Note => Command::Note { author, id: self.entry_id(), content },
        };
        Ok((room, command))
    }

    /// The files that a message names: brought by its author, to this conversation, and each named once.
    async fn attachments_of(
        &self,
        principal: &Principal,
        conversation: ConversationId,
        names: &[String],
    ) -> Result<Vec<Attachment>, ServiceError> {
        let unknown =
            || ServiceError::bad_request("attachments must be ids of files you uploaded here, each once");
        let mut files: Vec<Attachment> = Vec::with_capacity(names.len());
        for name in names {
            let id: AttachmentId = name.parse().map_err(|_| unknown())?;
            if files.iter().any(|file| file.id == id) {
                return Err(unknown());
            }
            let author = principal.user.id;
            let found =
                self.db().attachments().sendable(principal.org, conversation, author, id, self.now()).await;
            files.push(found?.ok_or_else(unknown)?);
        }
        Ok(files)
    }

    /// Writes a message or a note and waits until it is durable.
    ///
    /// # Errors
    /// Why not; nothing is stored then.
    pub async fn send_message(
        self: &Arc<Self>,
        principal: &Principal,
        address: IpAddr,
        id: ConversationId,
        message: NewMessage,
    ) -> Result<Acted, ServiceError> {
        let (_, command) = self.prepare_message(principal, address, id, message).await?;
        self.act(principal, id, || command.clone()).await
    }

    /// Notes how far the caller has read.
    ///
    /// # Errors
    /// Why not.
    pub async fn mark_read(
        self: &Arc<Self>,
        principal: &Principal,
        read: ReadAct,
    ) -> Result<Acted, ServiceError> {
        Right::Converse.check(principal)?;
        let user = principal.user.clone();
        self.act(principal, read.conversation, || Command::Read { user: user.clone(), seq: read.seq }).await
    }

    /// Asks for a person.
    ///
    /// # Errors
    /// `handoff_disabled`, `conversation_closed` and what lookups say.
    pub async fn request_handoff(
        self: &Arc<Self>,
        principal: &Principal,
        id: ConversationId,
        reason: Option<&str>,
    ) -> Result<Acted, ServiceError> {
        Right::RequestHandoff.check(principal)?;
        let reason = reason.unwrap_or("visitor_request");
        if reason.chars().count() > REASON_MAX_CHARS {
            return Err(ServiceError::new(ErrorCode::TooLarge, "the reason is longer than 500 characters"));
        }
        let (by, reason, ids): (_, Arc<str>, _) = (principal.user.clone(), reason.into(), self.handoff_ids());
        self.act(principal, id, || Command::RequestHandoff { by: by.clone(), reason: reason.clone(), ids })
            .await
    }

    /// Asks the assistant for another try where it failed or broke off.
    ///
    /// # Errors
    /// `conflict` where there is nothing to try again, `not_holder` where an agent answers, `rate_limited`.
    pub async fn retry(
        self: &Arc<Self>,
        principal: &Principal,
        address: IpAddr,
        id: ConversationId,
    ) -> Result<Acted, ServiceError> {
        Right::Converse.check(principal)?;
        if principal.is_visitor()
            && let Err(wait) = self.limits().visitor_messages.check_address(address)
        {
            metrics::counter!(RATE_LIMITED, "limit" => "visitor_messages_per_minute").increment(1);
            return Err(ServiceError::rate_limited(wait.0));
        }
        self.act(principal, id, || Command::Retry).await
    }

    /// Makes the caller the responder.
    ///
    /// # Errors
    /// `already_taken`, `conflict`, `conversation_closed` and what lookups say.
    pub async fn take_over(
        self: &Arc<Self>,
        principal: &Principal,
        id: ConversationId,
        takeover: Takeover<'_>,
    ) -> Result<Acted, ServiceError> {
        Right::TakeOver.check(principal)?;
        let (agent, entry) = (principal.user.clone(), self.entry_id());
        // What cannot be an id is nobody's, so nobody of that id can be the holder now.
        let from = takeover.from.map(|from| from.parse::<UserId>().unwrap_or(UserId(0)));
        let seen = takeover.seen;
        self.act(principal, id, || Command::TakeOver { agent: agent.clone(), seen, from, id: entry }).await
    }

    /// Hands the conversation back: to the assistant or the queue, or where its channel says.
    ///
    /// # Errors
    /// `not_holder`, `conflict` where no assistant is set, `conversation_closed` and what lookups say.
    pub async fn release(
        self: &Arc<Self>,
        principal: &Principal,
        id: ConversationId,
        to: Option<ReleaseTo>,
    ) -> Result<Acted, ServiceError> {
        Right::TakeOver.check(principal)?;
        let (agent, entry) = (principal.user.clone(), self.entry_id());
        self.act(principal, id, || Command::Release { agent: agent.clone(), to, reason: None, id: entry })
            .await
    }

    /// Sets the assignee, who becomes the holder where another agent is; `expected` is the assignee that the
    /// caller saw (`Clear`: nobody), where they care.
    ///
    /// # Errors
    /// `conflict`, `conversation_closed`, and `not_found` also for an agent of another org.
    pub async fn assign(
        self: &Arc<Self>,
        principal: &Principal,
        id: ConversationId,
        agent: Option<&str>,
        expected: Patch<&str>,
    ) -> Result<Acted, ServiceError> {
        Right::TakeOver.check(principal)?;
        self.room_for(principal, id).await?;
        let agent = match agent {
            Some(agent) => Some(self.agent_user(principal.org, agent).await?),
            None => None,
        };
        let expected = match expected {
            // What cannot be an id is nobody's, so it cannot be the assignee now.
            Patch::Set(text) => Some(Some(text.parse::<UserId>().unwrap_or(UserId(0)))),
            Patch::Clear => Some(None),
            Patch::Keep => None,
        };
        let (by, ids) = (principal.user.clone(), (self.entry_id(), self.entry_id()));
        self.act(principal, id, || Command::Assign { by: by.clone(), agent: agent.clone(), expected, ids })
            .await
    }

    /// Closes the conversation; closing it again is fine.
    ///
    /// # Errors
    /// `rate_limited`, and what lookups say.
    pub async fn end(
        self: &Arc<Self>,
        principal: &Principal,
        address: IpAddr,
        id: ConversationId,
    ) -> Result<Acted, ServiceError> {
        Right::Converse.check(principal)?;
        if principal.is_visitor()
            && let Err(wait) = self.limits().conversation_ends.check_address(address)
        {
            metrics::counter!(RATE_LIMITED, "limit" => "conversation_ends_per_minute").increment(1);
            return Err(ServiceError::rate_limited(wait.0));
        }
        let (by, entry) = (principal.user.clone(), self.entry_id());
        self.act(principal, id, || Command::End { by: by.clone(), idle: false, id: entry }).await
    }

    /// Sets labels and priority; `None` leaves them.
    ///
    /// # Errors
    /// `too_large`, and what lookups say.
    pub async fn tag(
        self: &Arc<Self>,
        principal: &Principal,
        id: ConversationId,
        labels: Option<Vec<String>>,
        priority: Patch<Priority>,
    ) -> Result<(), ServiceError> {
        Right::TagConversation.check(principal)?;
        self.room_for(principal, id).await?;
        let labels = labels.map(check_labels).transpose()?;
        let head = self.store().tag(principal.org, id, labels, priority).await?;
        let head = head.ok_or_else(ServiceError::not_found)?;
        self.with_room(principal.org, id, |room| {
            let head = Box::new(head.clone());
            async move { room.ask(|reply| Request::Retagged { reason: "tagged", head, reply }).await }
        })
        .await?;
        Ok(())
    }

    /// Closes a conversation in which nobody has written for too long.
    pub(super) async fn end_idle(
        self: &Arc<Self>,
        org: rooms::OrgId,
        id: ConversationId,
    ) -> Result<(), ServiceError> {
        let entry = self.entry_id();
        self.with_room(org, id, |room| async move {
            let command = Command::End { by: rooms::User::system(), idle: true, id: entry };
            room.ask(|reply: ActReply| Request::Act { command, reply }).await
        })
        .await?
        .map(|_| ())
    }
}

/// What a message says besides its words and files.
fn check_message(message: &NewMessage, max_chars: usize) -> Result<Content, ServiceError> {
    if message.attachments.len() > ATTACHMENTS_MAX {
        return Err(ServiceError::new(ErrorCode::TooLarge, "a message has at most 10 files"));
    }
    let char_count = message.content.chars().count();
    if char_count > max_chars {
        return Err(ServiceError::new(
            ErrorCode::TooLarge,
            format!("the message has {char_count} characters; at most {max_chars} are allowed"),
        ));
    }
    if message.content.trim().is_empty() && message.attachments.is_empty() {
        return Err(ServiceError::bad_request("the message is empty"));
    }
    if let Some(id) = &message.client_message_id {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        if id.is_empty() || id.len() > CLIENT_MESSAGE_ID_MAX || !id.bytes().all(is_plain) {
            return Err(ServiceError::bad_request("client_message_id must be 1 to 64 of A-Z a-z 0-9 _ -"));
        }
    }
    let reply_to = match &message.reply_to {
        Some(id) => Some(id.parse().map_err(|_| ServiceError::bad_request("reply_to is not an entry's id"))?),
        None => None,
    };
    Ok(Content {
        client_message_id: message.client_message_id.as_deref().map(Into::into),
        reply_to,
        metadata: message.metadata.as_deref().map(check_metadata).transpose()?,
        ..Content::default()
    })
}

/// A flat object: its values are texts, numbers, booleans or null.
fn check_metadata(metadata: &RawValue) -> Result<Arc<str>, ServiceError> {
    if metadata.get().len() > METADATA_MAX_BYTES {
        return Err(ServiceError::new(ErrorCode::TooLarge, "metadata is larger than 4096 bytes"));
    }
    let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(metadata.get())
        .map_err(|_| ServiceError::bad_request("metadata must be an object"))?;
    if object.values().any(|value| value.is_object() || value.is_array()) {
        return Err(ServiceError::bad_request("metadata must be flat: no objects or lists inside"));
    }
    Ok(metadata.get().into())
}

fn check_labels(labels: Vec<String>) -> Result<Vec<Arc<str>>, ServiceError> {
    if labels.len() > LABELS_MAX {
        return Err(ServiceError::new(ErrorCode::TooLarge, "a conversation has at most 50 labels"));
    }
    let mut kept: Vec<Arc<str>> = Vec::new();
    for label in labels {
        let label = label.trim();
        if label.is_empty() {
            return Err(ServiceError::bad_request("a label must not be empty"));
        }
        if label.chars().count() > LABEL_MAX_CHARS {
            return Err(ServiceError::new(ErrorCode::TooLarge, "a label has at most 50 characters"));
        }
        if !kept.iter().any(|known| **known == *label) {
            kept.push(label.into());
        }
    }
    Ok(kept)
}
