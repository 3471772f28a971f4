//! A draft: entries a room wants to commit, with the state the decision was based on.

use std::sync::Arc;

use crate::{Body, EntryId, ExpectedAssignee, TicketId, User};

/// An entry before it has a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftEntry {
    /// The id it will have.
    pub id: EntryId,
    /// Who wrote or did it.
    pub author: User,
    /// What it is.
    pub body: Body,
}

/// A ticket to open together with a handoff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTicket {
    /// The id it will have.
    pub id: TicketId,
    /// Why a person was asked for.
    pub reason: Arc<str>,
}

/// What must still be true at commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fence {
    /// The takeover number; every change of responder and the close raise it.
    pub takeover: u64,
    /// The assignee.
    pub assignee: ExpectedAssignee,
    /// The last visitor message that was answered, where the decision answers the next: nothing is answered twice.
    pub answered: Option<u64>,
}

/// Entries to commit together, or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// One to three entries, in order.
    pub entries: Vec<DraftEntry>,
    /// The facts it stands on.
    pub fence: Fence,
    /// The ticket to open.
    pub ticket: Option<NewTicket>,
}

impl Draft {
    /// Whether this only adds words, so that further words may be decided before it is committed.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.entries.iter().all(|entry| !matches!(entry.body, Body::Event(_)))
    }
}

/// The facts of a draft's fence are no longer true: decide again on fresh ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stale;
