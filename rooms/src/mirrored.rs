//! A reply that another node of the installation writes.

use std::sync::Arc;

use crate::{EntryId, Stage, User};

/// A reply as the node that writes it has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mirrored {
    /// The id its entry will have.
    pub id: EntryId,
    /// The assistant.
    pub author: User,
    /// The takeover number it was begun under.
    pub takeover: u64,
    /// The last visitor message that it answers.
    pub answers: u64,
    /// Everything that was answered when it was begun.
    pub answered_before: u64,
    /// Whether visitors see it while it is written.
    pub is_shown: bool,
    /// What is being done.
    pub stage: Stage,
    /// Everything that is written so far.
    pub text: Arc<str>,
}
