//! A reply of the assistant while it is being written: ephemeral until it ends, then one entry.

use std::sync::Arc;

use crate::{Body, Content, DraftEntry, EntryId, Interruption, User};

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
            text: String::new(),
            char_count: 0,
            ending: None,
        }
    }

    /// What was sent of it so far.
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

    /// Puts other text in its place.
    pub(crate) fn replace_text(&mut self, text: &str) {
        text.clone_into(&mut self.text);
        self.char_count = text.chars().count() as u64;
    }

    /// The entry it becomes; `None` where nothing was sent.
    pub(crate) fn entry(
        &self,
        interrupted: Option<Interruption>,
        metadata: Option<Arc<str>>,
    ) -> Option<DraftEntry> {
        if self.text.is_empty() {
            return None;
        }
        let content = Content {
            text: Arc::from(self.text.as_str()),
            metadata,
            answers: Some(self.answers),
            interrupted,
            ..Content::default()
        };
        Some(DraftEntry { id: self.id, author: self.author.clone(), body: Body::Message(content) })
    }
}
