//! A draft: entries a room wants to commit, with the state the decision was based on.

use std::sync::Arc;

use crate::{Body, Classification, EntryId, Event, ExpectedAssignee, TicketId, User, UserKind};

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
    /// The reply that waits for agents: exactly one act decides what becomes of it.
    pub pending: Option<EntryId>,
    /// Whether it is put aside: a visitor's message brings it back.
    pub is_snoozed: bool,
}

/// Entries to commit together, or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// One to four entries, in order.
    pub entries: Vec<DraftEntry>,
    /// The facts it stands on.
    pub fence: Fence,
    /// The ticket to open.
    pub ticket: Option<NewTicket>,
    /// What the visitor's message in it is about, where words say so.
    pub classification: Option<Classification>,
}

impl Draft {
    /// The words of a visitor in it.
    #[must_use]
    pub fn visitor_words(&self) -> Option<&str> {
        self.entries.iter().find_map(|entry| match &entry.body {
            Body::Message(content) if entry.author.kind == UserKind::Visitor => Some(&*content.text),
            Body::Message(_) | Body::Note(_) | Body::Event(_) => None,
        })
    }

    /// Whether it rates a conversation and does nothing else: all that a closed one takes.
    #[must_use]
    pub fn is_rating(&self) -> bool {
        let is_rating = |entry: &DraftEntry| matches!(entry.body, Body::Event(Event::Rated { .. }));
        !self.entries.is_empty() && self.entries.iter().all(is_rating)
    }

    /// Whether this only adds words, so that further words may be decided before it is committed. Words that meet a
    /// pending reply, or a conversation that is put aside, do more.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        let is_for_words = self.fence.pending.is_none() && !self.fence.is_snoozed;
        is_for_words && self.entries.iter().all(|entry| !matches!(entry.body, Body::Event(_)))
    }
}

/// The facts of a draft's fence are no longer true: decide again on fresh ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stale;
