//! The one way in for acts in conversations, whoever acts and over whatever transport: right, limit, room, checks,
//! and then the room's decision.

use std::sync::Arc;

use rooms::{
    Command as RoomCommand, ConversationId, ExpectedAssignee, Head, Insight, OrgId, Priority, User, UserId,
};
use tokio::sync::oneshot;

use super::actor::{Actor, Target};
use super::command::{Command, entry_id, handoff_ids};
use super::input_checks::{check_labels, check_reason};
use super::registry::Hub;
use super::room_handle::{ActReply, Acted, Request, RoomGone, RoomHandle};
use crate::model::Patch;
use crate::refusal::ServiceError;
use crate::wire::WireError;

/// Why somebody asks for a person who does not say it.
const HANDOFF_REASON: &str = "visitor_request";

/// An act that is done, or has its place among those of its room.
#[expect(
    clippy::large_enum_variant,
    reason = "nearly all are queued: a box would be an allocation per message"
)]
pub(super) enum PendingAct {
    Done(Acted),
    Queued(QueuedAct),
}

/// A command in the queue of its room.
pub(super) struct QueuedAct {
    hub: Arc<Hub>,
    org: OrgId,
    conversation: ConversationId,
    command: RoomCommand,
    answer: Result<oneshot::Receiver<Result<Acted, ServiceError>>, RoomGone>,
}

/// What is left of a command once it is checked.
enum Checked {
    Decide(RoomCommand),
    Done(Acted),
}

impl PendingAct {
    /// What became of it.
    pub(super) async fn outcome(self) -> Result<Acted, ServiceError> {
        match self {
            Self::Done(acted) => Ok(acted),
            Self::Queued(queued) => queued.outcome().await,
        }
    }
}

impl QueuedAct {
    async fn outcome(self) -> Result<Acted, ServiceError> {
        if let Ok(answer) = self.answer
            && let Ok(acted) = answer.await
        {
            return acted;
        }
        // The room ended just then; it is opened again.
        self.hub
            .with_room(self.org, self.conversation, |room| {
                let command = self.command.clone();
                async move { room.ask(|reply: ActReply| Request::Act { command, reply }).await }
            })
            .await?
    }
}

impl Hub {
    /// Does what is asked of a conversation, and waits until it is durable.
    ///
    /// # Errors
    /// Why not; nothing has changed then. A kind of caller that may not ask it at all is told so (`forbidden`) before
    /// anything is looked up.
    pub async fn act(
        self: &Arc<Self>,
        actor: Actor<'_>,
        conversation: impl Into<Target>,
        command: Command,
    ) -> Result<Acted, ServiceError> {
        self.begin_act(actor, conversation.into(), command).await?.outcome().await
    }

    /// As [`Hub::act`], but a command that its room decides has only its place in the queue when this returns.
    pub(super) async fn begin_act(
        self: &Arc<Self>,
        actor: Actor<'_>,
        conversation: Target,
        command: Command,
    ) -> Result<PendingAct, ServiceError> {
        let room = self.admit_act(actor, conversation, &command).await?;
        let command = match self.check_command(actor, &room, command).await? {
            Checked::Decide(command) => command,
            Checked::Done(acted) => return Ok(PendingAct::Done(acted)),
        };
        let (reply, answer) = oneshot::channel();
        let queued = room.send(Request::Act { command: command.clone(), reply }).await;
        let (org, conversation) = (room.facts.org, room.facts.id);
        let answer = queued.map(|()| answer);
        Ok(PendingAct::Queued(QueuedAct { hub: self.clone(), org, conversation, command, answer }))
    }

    /// The room, for an actor who has the right, is within the limits, and may see the conversation.
    async fn admit_act(
        self: &Arc<Self>,
        actor: Actor<'_>,
        conversation: Target,
        command: &Command,
    ) -> Result<RoomHandle, ServiceError> {
        let Actor::Caller { principal, source } = actor else {
            return self.room(actor.org(), conversation.id()?).await;
        };
        let right = command.right();
        right.ok_or_else(|| WireError::forbidden("only the server itself does this"))?.check(principal)?;
        let id = conversation.id()?;
        if principal.is_visitor()
            && let Some(limit) = command.limit()
        {
            self.limits().count(limit, source)?;
        }
        self.room_for(principal, id).await
    }

    /// A command as its room takes it, with its author and the ids that it may need. What only changes what the store
    /// keeps beside the log is done here.
    async fn check_command(
        self: &Arc<Self>,
        actor: Actor<'_>,
        room: &RoomHandle,
        command: Command,
    ) -> Result<Checked, ServiceError> {
        let (by, id) = (actor.user().clone(), entry_id());
        Ok(Checked::Decide(match command {
            Command::Send(message) => self.check_send(room, by, id, message).await?,
            Command::Write { id, content } => {
                RoomCommand::Send { author: by, id, content, handoff_ids: handoff_ids() }
            }
            Command::WriteNote(content) => RoomCommand::Note { author: by, id, content },
            Command::Overhear { id, content } => RoomCommand::Overhear { author: by, id, content },
            Command::Reply { id, step } => step.of_reply(id),
            Command::MarkRead { seq } => RoomCommand::Read { user: by, seq },
            Command::RequestHandoff { reason } => {
                let reason = handoff_reason(actor, reason)?;
                RoomCommand::RequestHandoff { by, reason, ids: handoff_ids() }
            }
            Command::Retry => RoomCommand::Retry,
            Command::Resume { reason } => RoomCommand::Resume { by, reason: reason.into(), id },
            Command::TakeOver { seen, from } => RoomCommand::TakeOver { agent: by, seen, from, id },
            Command::Release { to, reason } => {
                RoomCommand::Release { agent: by, to, reason: reason.map(Into::into), id }
            }
            Command::Assign { agent, expected } => self.check_assignment(room, by, agent, expected).await?,
            Command::End => RoomCommand::End { by, idle: false, ids: (id, entry_id()) },
            Command::EndIdle => RoomCommand::End { by, idle: true, ids: (id, entry_id()) },
            Command::StartCall(call) => RoomCommand::StartCall { by, call, id },
            Command::EndCall { call, reason, at } => {
                RoomCommand::EndCall { by, call, reason: reason.into(), at, id }
            }
            Command::Tag { labels, priority } => {
                return self.tag(room, labels, priority).await.map(Checked::Done);
            }
            Command::NoteInsight(insight) => {
                return self.note_insight(room, insight).await.map(Checked::Done);
            }
        }))
    }

    /// The command that sets the assignee, who must be a member of the org.
    async fn check_assignment(
        &self,
        room: &RoomHandle,
        by: User,
        agent: Option<UserId>,
        expected: Patch<UserId>,
    ) -> Result<RoomCommand, ServiceError> {
        let agent = match agent {
            Some(agent) => Some(self.agent_user(room.facts.org, agent).await?),
            None => None,
        };
        let expected = match expected {
            Patch::Set(user) => ExpectedAssignee::Agent(user),
            Patch::Clear => ExpectedAssignee::Nobody,
            Patch::Keep => ExpectedAssignee::Any,
        };
        Ok(RoomCommand::Assign { by, agent, expected, ids: (entry_id(), entry_id()) })
    }

    async fn tag(
        self: &Arc<Self>,
        room: &RoomHandle,
        labels: Option<Vec<String>>,
        priority: Patch<Priority>,
    ) -> Result<Acted, ServiceError> {
        let labels = labels.map(check_labels).transpose()?;
        let head = self.store().tag(room.facts.org, room.facts.id, labels, priority).await?;
        self.show_retagged(room, "tagged", head).await
    }

    async fn note_insight(
        self: &Arc<Self>,
        room: &RoomHandle,
        insight: Insight,
    ) -> Result<Acted, ServiceError> {
        let head = self.store().note_insight(room.facts.org, room.facts.id, insight).await?;
        self.show_retagged(room, "insight", head).await
    }

    /// Makes what was stored beside the log show in the room.
    async fn show_retagged(
        self: &Arc<Self>,
        room: &RoomHandle,
        reason: &'static str,
        stored: Option<Head>,
    ) -> Result<Acted, ServiceError> {
        let stored = stored.ok_or_else(ServiceError::not_found)?;
        let head = self
            .with_room(room.facts.org, room.facts.id, |room| {
                let head = Box::new(stored.clone());
                async move { room.ask(|reply| Request::Retagged { reason, head, reply }).await }
            })
            .await?;
        Ok(Acted { head, entry: None, is_duplicate: false })
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
