//! What may be asked of a conversation: one enum of commands, and the right and the limit of each.

use std::sync::Arc;

use rooms::{
    CallId, Command as RoomCommand, Content, EntryId, Failure, Insight, Priority, ReleaseTo, Stage,
    SupervisorAct, TicketId, Timestamp, UserId,
};
use serde_json::value::RawValue;

use crate::auth::Right;
use crate::ids;
use crate::limits::Limit;
use crate::model::Patch;
use crate::wire::SendKind;

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

/// What happens to a reply besides its pieces.
#[derive(Debug, Clone)]
pub enum ReplyStep {
    /// Say what the assistant does for it.
    Stage(Stage),
    /// End it with everything that was written, as one entry.
    Finish {
        /// Sources, choices and the like.
        metadata: Option<Arc<str>>,
        /// What it used, for agents.
        usage: Option<Arc<str>>,
        /// Why a person is wanted with it; a room does that itself where the reply waits for agents.
        handoff: Option<Arc<str>>,
    },
    /// End what was said in a call with what was heard of it.
    FinishSpeech {
        /// What was heard.
        text: Arc<str>,
        /// Whether it was cut.
        is_interrupted: bool,
        /// About the call.
        metadata: Arc<str>,
    },
    /// End it unfinished; what was written of it stays, marked. `None` where the assistant has nothing to say.
    Fail(Option<Failure>),
    /// End it where it is, as an agent would; what was sent of it stays, marked.
    Stop,
}

/// Something that is asked of a conversation.
#[derive(Debug)]
pub enum Command {
    /// Write a message or a note, once it is checked.
    Send(NewMessage),
    /// Note how far the actor has read: up to and with `seq`.
    MarkRead {
        /// How far.
        seq: u64,
    },
    /// Ask for a person.
    RequestHandoff {
        /// Why; `visitor_request` where nobody says.
        reason: Option<Arc<str>>,
    },
    /// Ask the assistant for another try where it failed or broke off.
    Retry,
    /// Rate an answer of the assistant; the rating it has already changes nothing.
    RateMessage {
        /// The id of its entry.
        message: String,
        /// 1, -1, or `None` to take a rating back.
        value: Option<i64>,
    },
    /// Rate the closed conversation; the rating it has already changes nothing.
    Rate {
        /// 1 to 5.
        score: i64,
        /// The visitor's words.
        comment: Option<String>,
    },
    /// Make the actor the responder.
    TakeOver {
        /// The takeover number the actor saw, where it matters.
        seen: Option<u64>,
        /// The agent to take it from.
        from: Option<UserId>,
    },
    /// Hand the conversation back: to the assistant or the queue, or where its channel says.
    Release {
        /// Who answers next, where somebody says it.
        to: Option<ReleaseTo>,
        /// Why, where it is not the agent's own act.
        reason: Option<&'static str>,
    },
    /// Set the assignee, who becomes the holder where another agent is.
    Assign {
        /// The member; `None` takes the assignment away.
        agent: Option<UserId>,
        /// The assignee that the actor saw (`Clear`: nobody), where it matters.
        expected: Patch<UserId>,
        /// A note about it for the agents, committed with it; whom it is assigned to is told of it.
        note: Option<String>,
    },
    /// Close the conversation; closing it again is fine.
    End,
    /// Close the conversation because nobody has written for too long.
    EndIdle,
    /// Put the conversation aside, or bring it back.
    Snooze {
        /// Until when; `None` brings it back.
        until: Option<Timestamp>,
    },
    /// Bring back what was put aside, once its time has come.
    Wake,
    /// Choose when the assistant's replies go out here.
    SetMode {
        /// `automatic`, `hold` or `approve`; `None` is what the channel says.
        mode: Option<String>,
        /// How long a reply waits, where the channel's time is not meant.
        seconds: Option<u32>,
    },
    /// Decide on a reply that visitors have not seen.
    Supervise {
        /// The id that its entry will have.
        message: String,
        /// What becomes of it.
        act: SupervisorAct,
    },
    /// Set labels and priority.
    Tag {
        /// All labels; `None` leaves them.
        labels: Option<Vec<String>>,
        /// How urgent it is.
        priority: Patch<Priority>,
    },
    /// Remove labels and add others; those that are not named stay.
    Label {
        /// Those to add.
        add: Vec<String>,
        /// Those to remove.
        remove: Vec<String>,
    },
    /// Let the assistant go on where nobody has come.
    Resume {
        /// Why.
        reason: &'static str,
    },
    /// Begin a call.
    StartCall(CallId),
    /// End a call; ending one that has ended is fine.
    EndCall {
        /// Which.
        call: CallId,
        /// Why.
        reason: &'static str,
        /// When it was over, where that is not now.
        at: Option<Timestamp>,
    },
    /// Write a message as it stands, such as "nobody is free" or what was said in a call.
    Write {
        /// The id of its entry.
        id: EntryId,
        /// The words.
        content: Content,
    },
    /// Write a note for the agents as it stands, such as the summary at a handoff.
    WriteNote(Content),
    /// Write what a person said to another in a call.
    Overhear {
        /// The id of its entry.
        id: EntryId,
        /// The words.
        content: Content,
    },
    /// Go on with the assistant's reply, or end it.
    Reply {
        /// The id of its entry.
        id: EntryId,
        /// How.
        step: ReplyStep,
    },
    /// Remember what the newest message of the visitor is about, and show it to agents.
    NoteInsight(Insight),
}

impl Command {
    /// A takeover from the agent of this id, where one is named.
    #[must_use]
    pub fn take_over(seen: Option<u64>, from: Option<&str>) -> Self {
        Self::TakeOver { seen, from: from.map(user_named) }
    }

    /// An assignment to the member of this id, if the assignee is still the expected one.
    #[must_use]
    pub fn assign(agent: Option<&str>, expected: Patch<&str>) -> Self {
        Self::Assign { agent: agent.map(user_named), expected: expected.map(user_named), note: None }
    }

    /// As [`Command::assign`], with a note.
    #[must_use]
    pub fn assign_with_note(agent: Option<&str>, expected: Patch<&str>, note: Option<String>) -> Self {
        Self::Assign { agent: agent.map(user_named), expected: expected.map(user_named), note }
    }

    /// What a caller needs to ask it; `None` where only this server does.
    pub(super) fn right(&self) -> Option<Right> {
        match self {
            Self::Send(message) => Some(match message.kind {
                SendKind::Message => Right::Converse,
                SendKind::Note => Right::WriteNote,
            }),
            Self::MarkRead { .. } | Self::Retry | Self::End => Some(Right::Converse),
            Self::RateMessage { .. } | Self::Rate { .. } => Some(Right::Rate),
            Self::RequestHandoff { .. } => Some(Right::RequestHandoff),
            Self::TakeOver { .. } | Self::Release { .. } | Self::Assign { .. } | Self::Snooze { .. } => {
                Some(Right::TakeOver)
            }
            Self::SetMode { .. } | Self::Supervise { .. } => Some(Right::SuperviseReplies),
            Self::Tag { .. } | Self::Label { .. } => Some(Right::TagConversation),
            Self::EndIdle
            | Self::Wake
            | Self::Resume { .. }
            | Self::StartCall(_)
            | Self::EndCall { .. }
            | Self::Write { .. }
            | Self::WriteNote(_)
            | Self::Overhear { .. }
            | Self::Reply { .. }
            | Self::NoteInsight(_) => None,
        }
    }

    /// What it counts towards where a visitor asks it.
    pub(super) fn limit(&self) -> Option<Limit> {
        match self {
            Self::Send(_) | Self::Retry => Some(Limit::VisitorMessages),
            Self::RateMessage { .. } | Self::Rate { .. } => Some(Limit::Ratings),
            Self::End => Some(Limit::ConversationEnds),
            _ => None,
        }
    }
}

impl ReplyStep {
    /// As the room takes it.
    pub(super) fn of_reply(self, id: EntryId) -> RoomCommand {
        match self {
            Self::Stage(stage) => RoomCommand::SetStage { id, stage },
            Self::Finish { metadata, usage, handoff } => {
                RoomCommand::FinishReply { id, metadata, usage, handoff, pending_id: entry_id() }
            }
            Self::FinishSpeech { text, is_interrupted, metadata } => {
                RoomCommand::FinishSpeech { id, text, is_interrupted, metadata: Some(metadata) }
            }
            Self::Fail(failure) => RoomCommand::FailReply { id, failure },
            Self::Stop => RoomCommand::StopReply { id },
        }
    }
}

/// The user of this id. What is not an id matches no user, who therefore cannot be the holder or the assignee.
fn user_named(text: &str) -> UserId {
    text.parse().unwrap_or(UserId(0))
}

/// A fresh id of an entry.
pub(super) fn entry_id() -> EntryId {
    EntryId(ids::new_number())
}

/// Fresh ids of a handoff's event and its ticket.
pub(super) fn handoff_ids() -> (EntryId, TicketId) {
    (entry_id(), TicketId(ids::new_number()))
}
