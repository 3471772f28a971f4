//! One act on its way through its checks: right, limit, room, and what is said.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use rooms::{
    Attachment, AttachmentId, Audience, Body, Command as RoomCommand, Content, EntryId, ExpectedAssignee,
    Head, Insight, Priority, SupervisorAct, User, UserId, UserKind,
};

use super::actor::{Actor, Target};
use super::command::{Command, NewMessage, entry_id, handoff_ids};
use super::handing_over::handover_note;
use super::input_checks::{
    check_labels, check_message, check_rating, check_reason, check_thumb, too_many_labels,
};
use super::registry::Hub;
use super::room_handle::{Acted, Request, RoomHandle};
use super::snoozing::check_snooze;
use super::supervision::{check_mode, check_supervision};
use crate::model::{LabelChange, Patch, TagOutcome};
use crate::refusal::ServiceError;
use crate::wire::{SendKind, WireError};

/// Why somebody asks for a person who does not say it.
const HANDOFF_REASON: &str = "visitor_request";

/// What is left of a command once it is checked.
pub(super) enum Checked {
    Decide(RoomCommand),
    Done(Acted),
}

/// One act on its way through its checks.
#[derive(Clone, Copy)]
pub(super) struct Acting<'a> {
    pub(super) hub: &'a Arc<Hub>,
    pub(super) actor: Actor<'a>,
}

impl Acting<'_> {
    /// The room, for an actor who has the right, is within the limits, and may see the conversation.
    pub(super) async fn admit(
        self,
        conversation: Target,
        command: &Command,
    ) -> Result<RoomHandle, ServiceError> {
        let Actor::Caller { principal, source, .. } = self.actor else {
            return self.hub.room(self.actor.org(), conversation.id()?).await;
        };
        let right = command.right();
        right.ok_or_else(|| WireError::forbidden("only the server itself does this"))?.check(principal)?;
        let id = conversation.id()?;
        if principal.is_visitor()
            && let Some(limit) = command.limit()
        {
            self.hub.base.limits.count(limit, source)?;
        }
        self.hub.room_for(principal, id).await
    }

    /// A command as its room takes it, with its author and the ids that it may need. What only changes what the store
    /// keeps beside the log is done here.
    pub(super) async fn check(self, room: &RoomHandle, command: Command) -> Result<Checked, ServiceError> {
        let by = self.actor.user().clone();
        Ok(Checked::Decide(match command {
            Command::Send(message) => self.check_send(room, by, entry_id(), message).await?,
            Command::Write { id, content } => {
                RoomCommand::Send { author: by, id, content, handoff_ids: handoff_ids() }
            }
            Command::WriteNote(content) => RoomCommand::Note { author: by, id: entry_id(), content },
            Command::Overhear { id, content } => RoomCommand::Overhear { author: by, id, content },
            Command::Reply { id, step } => step.of_reply(id),
            Command::MarkRead { seq } => RoomCommand::Read { user: by, seq },
            Command::RequestHandoff { reason } => {
                let reason = handoff_reason(self.actor, reason)?;
                RoomCommand::RequestHandoff { by, reason, ids: handoff_ids() }
            }
            Command::Retry => RoomCommand::Retry,
            Command::RateMessage { message, value } => {
                self.check_message_rating(room, by, &message, value).await?
            }
            Command::Rate { score, comment } => {
                let (score, comment) = check_rating(score, comment)?;
                RoomCommand::Rate { by, score, comment, id: entry_id() }
            }
            Command::Resume { reason } => RoomCommand::Resume { by, reason: reason.into(), id: entry_id() },
            Command::TakeOver { seen, from } => {
                RoomCommand::TakeOver { agent: by, seen, from, id: entry_id() }
            }
            Command::Release { to, reason } => {
                RoomCommand::Release { agent: by, to, reason: reason.map(Into::into), id: entry_id() }
            }
            Command::Assign { agent, expected, note } => {
                self.check_assignment(by, (agent, expected), note).await?
            }
            Command::End => RoomCommand::End { by, idle: false, ids: (entry_id(), entry_id()) },
            Command::EndIdle => RoomCommand::End { by, idle: true, ids: (entry_id(), entry_id()) },
            Command::StartCall(call) => RoomCommand::StartCall { by, call, id: entry_id() },
            Command::EndCall { call, reason, at } => {
                RoomCommand::EndCall { by, call, reason: reason.into(), at, id: entry_id() }
            }
            Command::Snooze { until } => {
                let until = check_snooze(until, self.hub.base.now())?;
                RoomCommand::Snooze { by, until, id: entry_id() }
            }
            Command::Wake => RoomCommand::Wake { id: entry_id() },
            Command::SetMode { mode, seconds } => {
                let mode = check_mode(mode.as_deref(), seconds)?;
                RoomCommand::SetMode { by, mode, id: entry_id() }
            }
            Command::Supervise { message, act } => self.check_reply_act(by, &message, act)?,
            Command::Tag { labels, priority } => {
                let labels = labels.map(check_labels).transpose()?;
                let labels = labels.map_or(LabelChange::Keep, LabelChange::Set);
                return self.tag(room, labels, priority).await.map(Checked::Done);
            }
            Command::Label { add, remove } => return self.label(room, add, remove).await,
            Command::NoteInsight(insight) => {
                return self.record_insight(room, insight).await.map(Checked::Done);
            }
        }))
    }

    /// The command that decides on a supervised reply.
    fn check_reply_act(
        self,
        by: User,
        message: &str,
        act: SupervisorAct,
    ) -> Result<RoomCommand, ServiceError> {
        let act = check_supervision(act, self.hub.base.settings.agent_message_max_chars)?;
        let reply = message.parse().map_err(|_| ServiceError::not_found())?;
        Ok(RoomCommand::Supervise { by, reply, act, ids: handoff_ids() })
    }

    async fn label(
        self,
        room: &RoomHandle,
        add: Vec<String>,
        remove: Vec<String>,
    ) -> Result<Checked, ServiceError> {
        let labels = LabelChange::Edit { add: check_labels(add)?, remove: check_labels(remove)? };
        self.tag(room, labels, Patch::Keep).await.map(Checked::Done)
    }

    /// The command that rates an answer, which must be the assistant's and of this conversation.
    async fn check_message_rating(
        self,
        room: &RoomHandle,
        by: User,
        message: &str,
        value: Option<i64>,
    ) -> Result<RoomCommand, ServiceError> {
        let thumb = check_thumb(value)?;
        let message: EntryId = message.parse().map_err(|_| ServiceError::not_found())?;
        let (org, conversation) = (room.facts.org, room.facts.id);
        let audience = Audience::of(by.kind);
        let entry = self.hub.db().entries().get(org, conversation, message, audience).await?;
        let entry = entry.ok_or_else(ServiceError::not_found)?;
        if entry.author.kind != UserKind::Assistant || !matches!(entry.body, Body::Message(_)) {
            return Err(ServiceError::bad_request("only messages of the assistant can be rated"));
        }
        // Only the room knows when the rating that it has is the last one.
        Ok(RoomCommand::RateMessage { by, message, before: None, thumb, id: entry_id() })
    }

    /// The command that sets the assignee, who must be a member of the org, and writes a note about it.
    async fn check_assignment(
        self,
        by: User,
        (agent, expected): (Option<UserId>, Patch<UserId>),
        note: Option<String>,
    ) -> Result<RoomCommand, ServiceError> {
        let max_chars = self.hub.base.settings.agent_message_max_chars;
        let note = note.map(|text| handover_note(text, (by.id, agent), max_chars)).transpose()?;
        let note = note.map(|content| Box::new((entry_id(), content)));
        let agent = match agent {
            Some(agent) => Some(self.agent_user(agent).await?),
            None => None,
        };
        let expected = match expected {
            Patch::Set(user) => ExpectedAssignee::Agent(user),
            Patch::Clear => ExpectedAssignee::Nobody,
            Patch::Keep => ExpectedAssignee::Any,
        };
        Ok(RoomCommand::Assign { by, agent, expected, ids: (entry_id(), entry_id()), note })
    }

    async fn tag(
        self,
        room: &RoomHandle,
        labels: LabelChange,
        priority: Patch<Priority>,
    ) -> Result<Acted, ServiceError> {
        let head = match self.hub.store().tag(room.facts.org, room.facts.id, labels, priority).await? {
            TagOutcome::Stored(head) => Some(*head),
            TagOutcome::TooManyLabels => return Err(too_many_labels()),
            TagOutcome::NotFound => None,
        };
        self.show_retagged(room, "tagged", head).await
    }

    async fn record_insight(self, room: &RoomHandle, insight: Insight) -> Result<Acted, ServiceError> {
        let head = self.hub.store().record_insight(room.facts.org, room.facts.id, insight).await?;
        self.show_retagged(room, "insight", head).await
    }

    /// Makes what was stored beside the log show in the room.
    async fn show_retagged(
        self,
        room: &RoomHandle,
        reason: &'static str,
        stored: Option<Head>,
    ) -> Result<Acted, ServiceError> {
        let stored = stored.ok_or_else(ServiceError::not_found)?;
        let head = self
            .hub
            .with_room(room.facts.org, room.facts.id, |room| {
                let head = Box::new(stored.clone());
                async move { room.ask(|reply| Request::Retagged { reason, head, reply }).await }
            })
            .await?;
        Ok(Acted { head, entry: None, is_duplicate: false, sent: None })
    }

    /// The member of an org with this id, as a user of rooms.
    async fn agent_user(self, id: UserId) -> Result<User, ServiceError> {
        let member = self.hub.db().members().get(self.actor.org(), id).await?;
        match member {
            Some(member) if member.active => {
                Ok(User { id: member.id, kind: UserKind::Agent, name: member.name.into() })
            }
            Some(_) | None => Err(ServiceError::not_found()),
        }
    }

    /// The command that writes a message or a note, once it is checked.
    async fn check_send(
        self,
        room: &RoomHandle,
        author: User,
        id: EntryId,
        message: NewMessage,
    ) -> Result<RoomCommand, ServiceError> {
        let max_chars = match author.kind {
            UserKind::Visitor => room.visitor_message_max_chars.load(Ordering::Relaxed),
            _ => self.hub.base.settings.agent_message_max_chars,
        };
        let content = check_message(&message, max_chars, author.kind == UserKind::Agent)?;
        let attachments = self.attachments_of(room, &author, &message.attachments).await?;
        let content = Content { text: message.content.into(), attachments, ..content };
        Ok(match message.kind {
            SendKind::Message => RoomCommand::Send { author, id, content, handoff_ids: handoff_ids() },
            SendKind::Note => RoomCommand::Note { author, id, content },
        })
    }

    /// The files that a message names: brought by its author, to this conversation, and each named once.
    async fn attachments_of(
        self,
        room: &RoomHandle,
        author: &User,
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
            let (org, conversation) = (room.facts.org, room.facts.id);
            let found = self
                .hub
                .db()
                .attachments()
                .sendable(org, conversation, author.id, id, self.hub.base.now())
                .await;
            files.push(found?.ok_or_else(unknown)?);
        }
        Ok(files)
    }
}

/// Why a person is asked for. What the server itself says is as long as it must be.
fn handoff_reason(actor: Actor<'_>, reason: Option<Arc<str>>) -> Result<Arc<str>, ServiceError> {
    let reason = reason.unwrap_or_else(|| HANDOFF_REASON.into());
    if matches!(actor, Actor::Caller { .. }) {
        check_reason(&reason)?;
    }
    Ok(reason)
}
