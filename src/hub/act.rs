//! The one way in for acts in conversations, whoever acts and over whatever transport: right, limit, room, checks,
//! and then the room's decision.

use std::sync::Arc;

use rooms::{Command as RoomCommand, ConversationId, OrgId};
use tokio::sync::oneshot;

use super::acting::{Acting, Checked};
use super::actor::{Actor, Target};
use super::command::Command;
use super::registry::Hub;
use super::room_handle::{ActReply, Acted, Request, RoomGone};
use crate::refusal::ServiceError;
use crate::telemetry::trace::TraceContext;

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
                async move {
                    let place = TraceContext::current();
                    room.ask(|reply: ActReply| Request::Act {
                        command,
                        reply: Some(reply),
                        from: None,
                        place,
                    })
                    .await
                }
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
        let acting = Acting { hub: self, actor };
        let room = acting.admit(conversation, &command).await?;
        let command = match acting.check(&room, command).await? {
            Checked::Decide(command) => command,
            Checked::Done(acted) => return Ok(PendingAct::Done(acted)),
        };
        let (reply, answer) = oneshot::channel();
        let from = actor.connection();
        let (asked, place) = (command.clone(), TraceContext::current());
        let queued = room.send(Request::Act { command: asked, reply: Some(reply), from, place }).await;
        let (org, conversation) = (room.facts.org, room.facts.id);
        let answer = queued.map(|()| answer);
        Ok(PendingAct::Queued(QueuedAct { hub: self.clone(), org, conversation, command, answer }))
    }
}
