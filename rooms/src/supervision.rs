//! How agents supervise the assistant's replies before visitors get them.

use std::sync::Arc;

use crate::{EntryId, Timestamp, User};

/// When a reply of the assistant goes out to the visitor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReplyMode {
    /// While it is written.
    Automatic,
    /// By itself, a while after it was written, unless an agent holds it.
    Hold,
    /// Once an agent approves it.
    Approve,
}

impl ReplyMode {
    /// Whether agents decide on replies, or may.
    #[must_use]
    pub fn is_supervised(self) -> bool {
        self != Self::Automatic
    }
}

/// What becomes of a reply for which no agent came in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AtDeadline {
    /// It goes out.
    Send,
    /// It is dropped, and a person is asked for.
    HandOff,
    /// It is dropped.
    Drop,
}

/// How the replies of a channel are supervised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Supervision {
    /// When they go out.
    pub mode: ReplyMode,
    /// How long a reply waits in [`ReplyMode::Hold`], in milliseconds.
    pub hold_ms: i64,
    /// How long a reply waits for approval, and for the agent who holds it, in milliseconds.
    pub approve_ms: i64,
    /// What becomes of it then.
    pub at_deadline: AtDeadline,
}

impl Supervision {
    /// Replies go out while they are written.
    pub const AUTOMATIC: Self = Self {
        mode: ReplyMode::Automatic,
        hold_ms: 10_000,
        approve_ms: 300_000,
        at_deadline: AtDeadline::HandOff,
    };

    /// The supervision of a conversation whose agents have chosen `own`.
    #[must_use]
    pub fn with(mut self, own: Option<OwnMode>) -> Self {
        if let Some(OwnMode { mode, wait_ms }) = own {
            self.mode = mode;
            match (mode, wait_ms) {
                (ReplyMode::Hold, Some(wait_ms)) => self.hold_ms = wait_ms,
                (ReplyMode::Approve, Some(wait_ms)) => self.approve_ms = wait_ms,
                (_, None) | (ReplyMode::Automatic, _) => {}
            }
        }
        self
    }

    /// The wait of a reply that is written now, or held now: until when, and what becomes of it then.
    #[must_use]
    pub(crate) fn wait(&self, is_held: bool, now: Timestamp) -> (Timestamp, AtDeadline) {
        match self.mode {
            ReplyMode::Hold if !is_held => (now.plus_ms(self.hold_ms), AtDeadline::Send),
            ReplyMode::Automatic | ReplyMode::Hold | ReplyMode::Approve => {
                (now.plus_ms(self.approve_ms), self.at_deadline)
            }
        }
    }
}

/// What agents have chosen for one conversation, in place of its channel's mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnMode {
    /// When replies go out.
    pub mode: ReplyMode,
    /// How long a reply waits, in milliseconds, where they chose that too.
    pub wait_ms: Option<i64>,
}

/// A finished reply that no visitor has seen. Invariant: a conversation has at most one, and no reply in writing beside
/// it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingReply {
    /// The id its entry will have.
    pub id: EntryId,
    /// The assistant.
    pub author: User,
    /// The words.
    pub text: Arc<str>,
    /// Sources, choices and the like, opaque here.
    pub metadata: Option<Arc<str>>,
    /// The `seq` of the last visitor message that it answers.
    pub answers: u64,
    /// Why a person is asked for with it, where one is.
    pub handoff: Option<Arc<str>>,
    /// Until when it waits.
    pub due_at: Timestamp,
    /// What becomes of it then.
    pub at_deadline: AtDeadline,
    /// The agent who holds it.
    pub held_by: Option<User>,
}

impl PendingReply {
    /// When it goes out by itself, where it does.
    #[must_use]
    pub fn sends_at(&self) -> Option<Timestamp> {
        (self.at_deadline == AtDeadline::Send).then_some(self.due_at)
    }
}

/// Who let a supervised reply go out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Approval {
    /// This agent, as it was written.
    Sent(User),
    /// This agent, in other words.
    Edited(User),
    /// Nobody: its time was over.
    Deadline,
}

impl Approval {
    /// The agent who let it go out.
    #[must_use]
    pub fn by(&self) -> Option<&User> {
        match self {
            Self::Sent(by) | Self::Edited(by) => Some(by),
            Self::Deadline => None,
        }
    }

    /// What became of a reply that went out so.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::Sent(_) => Verdict::Sent,
            Self::Edited(_) => Verdict::Edited,
            Self::Deadline => Verdict::Deadline,
        }
    }
}

/// What became of a supervised reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// An agent sent it.
    Sent,
    /// An agent changed it and sent that.
    Edited,
    /// An agent stopped it.
    Stopped,
    /// It went out as its time was over, or was dropped then.
    Deadline,
    /// An agent took the conversation over.
    Takeover,
    /// A person was asked for.
    Handoff,
    /// The conversation was handed back or closed, or a call began.
    Ended,
    /// The visitor wrote again.
    Superseded,
}

/// What became of the last supervised reply, for whoever comes too late.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// The reply.
    pub reply: EntryId,
    /// What became of it.
    pub verdict: Verdict,
    /// Who did it.
    pub by: Option<User>,
}
