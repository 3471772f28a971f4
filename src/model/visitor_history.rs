//! What a visitor left behind, for agents.

use rooms::{Attachment, ConversationId, Timestamp};

use super::{CallRecord, ConversationRecord, TicketRecord};

/// What a visitor did before, each the newest first.
#[derive(Debug)]
pub struct VisitorHistory {
    /// What their browser said of itself last.
    pub browser: Option<String>,
    /// Their conversations.
    pub conversations: Vec<ConversationRecord>,
    /// Their requests for a person.
    pub tickets: Vec<TicketRecord>,
    /// Their calls.
    pub calls: Vec<CallRecord>,
    /// Files that were sent in their conversations.
    pub files: Vec<VisitorFile>,
}

/// A file that a message names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitorFile {
    /// Where.
    pub conversation: ConversationId,
    /// What it is.
    pub file: Attachment,
    /// When it was brought.
    pub at: Timestamp,
}
