//! Automatic assignment: who may be chosen, and what was decided.

use rooms::{ChannelId, ConversationId, UserId};

/// An agent who may be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AssignmentCandidate {
    /// Who.
    pub agent: UserId,
    /// How many conversations they take at once; `None` is any number.
    pub capacity: Option<u64>,
}

/// What was decided on a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssignmentChoice {
    /// This agent takes it; until the claim expires nobody else decides on it.
    Chosen(UserId),
    /// Nobody has room for it.
    NobodyFree,
    /// It waits no longer for an assignment, or another decision is under way.
    Settled,
}

/// A conversation that waits for a person and is assigned to nobody who would come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UndecidedWait {
    /// Which.
    pub conversation: ConversationId,
    /// Who does not come, of those who were assigned.
    pub assignee: Option<UserId>,
}

/// Which of those who wait are undecided.
#[derive(Debug, Clone, Copy)]
pub struct UndecidedWaits<'a> {
    /// On these channels.
    pub channels: &'a [ChannelId],
    /// Those assigned to these agents are.
    pub absent: &'a [UserId],
    /// Those assigned to anybody but these agents are; `None` where it is not known yet who is here.
    pub here: Option<&'a [UserId]>,
    /// Those are that their assignees have released.
    pub released: &'a [(ConversationId, UserId)],
}
