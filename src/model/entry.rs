//! Which entries are read, how far somebody has read, and what became of a draft.

use rooms::{Entry, Insight, UserId, UserKind};

/// Which entries to read; both ends exclusive, ascending.
#[derive(Debug, Clone, Copy)]
pub struct EntryRange {
    /// Only entries above this `seq`.
    pub after: u64,
    /// Only entries below this `seq`.
    pub before: u64,
    /// At most so many.
    pub limit: u64,
    /// Whether the limit keeps the newest instead of the oldest of them.
    pub newest: bool,
}

/// What became of a draft.
#[derive(Debug, Clone)]
pub enum CommitOutcome {
    /// It is durable.
    Committed {
        /// Its entries with their places.
        entries: Vec<Entry>,
        /// What the conversation is about from now on, where words of the draft said so.
        insight: Option<Insight>,
    },
    /// Its author sent the same client message id before; this is that entry.
    Duplicate(Box<Entry>),
    /// The facts it stood on have changed; nothing was stored.
    Stale,
}

/// How far somebody has read.
#[derive(Debug, Clone, Copy)]
pub struct ReadMark {
    /// Who.
    pub user: UserId,
    /// What sort of user.
    pub kind: UserKind,
    /// Up to and with this `seq`.
    pub seq: u64,
}
