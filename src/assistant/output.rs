//! Where a reply goes while it is written: into the room of its conversation, to a voice, or nowhere, in a test.

use std::sync::Arc;

use rooms::{EntryId, Stage, User};

use super::spoken::SpokenReply;
use crate::handover::Job;
use crate::hub::{Actor, Command, Hub, ReplyStep};
use crate::refusal::ServiceError;

/// Where a reply goes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Output<'a> {
    /// Into its conversation.
    Room {
        /// The live part.
        hub: &'a Arc<Hub>,
        /// Which conversation.
        job: Job,
        /// The id its entry will have.
        reply: EntryId,
        /// The assistant, as visitors see it.
        user: &'a User,
    },
    /// To a voice in a call, which speaks it meanwhile.
    Voice(&'a SpokenReply),
    /// Nobody reads along.
    Nowhere,
}

impl Output<'_> {
    /// Sends a piece of the text.
    pub(super) async fn write(&self, piece: Arc<str>) -> Result<(), ServiceError> {
        match self {
            Self::Room { hub, job, reply, .. } => {
                hub.write_reply(job.org, job.conversation, *reply, piece).await
            }
            Self::Voice(reply) => {
                reply.write(&piece).await;
                Ok(())
            }
            Self::Nowhere => Ok(()),
        }
    }

    /// Shows what the assistant does.
    pub(super) async fn show_stage(&self, stage: Stage) -> Result<(), ServiceError> {
        match self {
            Self::Room { hub, job, reply, user } => {
                let command = Command::Reply { id: *reply, step: ReplyStep::Stage(stage) };
                let actor = Actor::System { org: job.org, user };
                hub.act(actor, job.conversation, command).await.map(drop)
            }
            // What is said before a tool runs is heard while it does.
            Self::Voice(reply) => {
                if matches!(stage, Stage::Tool(_)) {
                    reply.pause().await;
                }
                Ok(())
            }
            Self::Nowhere => Ok(()),
        }
    }
}
