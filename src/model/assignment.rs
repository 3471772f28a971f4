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

/// A conversation that waits for a person and is assigned to nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnassignedWait {
    /// Which.
    pub conversation: ConversationId,
    /// On which channel.
    pub channel: ChannelId,
}
