//! A reply of the assistant while it is being written: ephemeral until it ends, then one entry.

use std::sync::Arc;

use crate::{
    Approval, Body, Content, DraftEntry, EntryId, Interruption, PendingNews, PendingReply, Supervision,
    Timestamp, User,
};

/// What the assistant is doing for a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// It works, and nothing can be read yet.
    Thinking,
    /// It uses this tool.
    Tool(Arc<str>),
}

/// How a reply ends, known before the entry is committed and told after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ending {
    /// It is complete; what it used, opaque here.
    Complete(Option<Arc<str>>),
    /// The assistant failed.
    Failed(Failure),
}

/// Why the assistant failed, as clients are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// A stable code.
    pub code: Arc<str>,
    /// For people.
    pub message: Arc<str>,
    /// Whether another try may do better.
    pub retry: bool,
    /// More about it, for agents, opaque here.
    pub details: Option<Arc<str>>,
}

/// A reply that is being written. Invariant: a room has at most one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The id its entry will have.
    pub id: EntryId,
    /// The assistant.
    pub author: User,
    /// The takeover number it was begun under; it is worth nothing under another.
    pub takeover: u64,
    /// The last visitor message that it answers.
    pub answers: u64,
    /// Everything that was answered when it was begun.
    pub answered_before: u64,
    /// What is being done.
    pub stage: Stage,
    /// How agents supervise it, where they do.
    pub(crate) supervision: Option<Supervision>,
    /// The agent who holds it.
    pub(crate) held_by: Option<User>,
    /// The agent who let it go out.
    pub(crate) sent_by: Option<User>,
    /// Another node writes it.
    pub(crate) is_mirror: bool,
    text: String,
    char_count: u64,
    pub(crate) ending: Option<Ending>,
}

impl Reply {
    pub(crate) fn begin(
        id: EntryId,
        author: User,
        takeover: u64,
        answers: u64,
        answered_before: u64,
    ) -> Self {
        Self {
            id,
            author,
            takeover,
            answers,
            answered_before,
            stage: Stage::Thinking,
            supervision: None,
            held_by: None,
            sent_by: None,
            is_mirror: false,
            text: String::new(),
            char_count: 0,
            ending: None,
        }
    }

    /// Whether visitors see it while it is written.
    #[must_use]
    pub fn is_shown(&self) -> bool {
        self.supervision.is_none() || self.sent_by.is_some()
    }

    /// How it stands, for agents who supervise it.
    #[must_use]
    pub fn news(&self) -> Option<PendingNews> {
        self.supervision.map(|_| PendingNews {
            id: self.id,
            text: Arc::from(self.text.as_str()),
            is_complete: false,
            sends_at: None,
            held_by: self.held_by.clone(),
            sent_by: self.sent_by.clone(),
        })
    }

    /// What is written of it so far.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Adds a piece and gives its offset in Unicode code points.
    pub(crate) fn add(&mut self, piece: &str) -> u64 {
        let offset = self.char_count;
        self.text.push_str(piece);
        self.char_count += piece.chars().count() as u64;
        offset
    }

    /// The length of what is written so far, in Unicode code points.
    pub(crate) fn char_count(&self) -> u64 {
        self.char_count
    }

    /// Puts other text in its place.
    pub(crate) fn replace_text(&mut self, text: &str) {
        text.clone_into(&mut self.text);
        self.char_count = text.chars().count() as u64;
    }

    /// The reply as it waits for agents, written to its end; `None` where nothing was written or it is shown.
    pub(crate) fn pending(
        &self,
        metadata: Option<Arc<str>>,
        handoff: Option<Arc<str>>,
        now: Timestamp,
    ) -> Option<PendingReply> {
        let supervision = self.supervision.filter(|_| !self.is_shown() && !self.text.is_empty())?;
        let (due_at, at_deadline) = supervision.wait(self.held_by.is_some(), now);
        Some(PendingReply {
            id: self.id,
            author: self.author.clone(),
            text: Arc::from(self.text.as_str()),
            metadata,
            answers: self.answers,
            handoff,
            due_at,
            at_deadline,
            held_by: self.held_by.clone(),
        })
    }

    /// The entry it becomes; `None` where visitors saw nothing of it.
    pub(crate) fn entry(
        &self,
        interrupted: Option<Interruption>,
        metadata: Option<Arc<str>>,
    ) -> Option<DraftEntry> {
        if self.text.is_empty() || !self.is_shown() {
            return None;
        }
        let content = Content {
            text: Arc::from(self.text.as_str()),
            metadata,
            answers: Some(self.answers),
            interrupted,
            approval: self.sent_by.clone().map(|by| Arc::new(Approval::Sent(by))),
            ..Content::default()
        };
        Some(DraftEntry { id: self.id, author: self.author.clone(), body: Body::Message(content) })
    }
}
