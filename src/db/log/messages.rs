//! The rows that every batch writes: entries, what they change of their conversations, and read marks.

use rooms::{ConversationId, OrgId, UserId, UserKind};

use super::count::stored_count;
use super::entry_row::EntryRow;
use super::head_row::HeadRow;
use super::names::stored_user_kind;

/// How far one user has read.
#[derive(Debug)]
pub(super) struct ReadRow {
    pub(super) conversation_id: String,
    pub(super) user_id: String,
    pub(super) org_id: String,
    pub(super) user_kind: &'static str,
    pub(super) seq: i64,
    /// Whether the conversation's unread messages are counted here; otherwise its head has done so already.
    pub(super) counts_unread: bool,
}

impl ReadRow {
    pub(super) fn new(
        (org, conversation): (OrgId, ConversationId),
        (user, kind): (UserId, UserKind),
        seq: u64,
        is_head_known: bool,
    ) -> Self {
        Self {
            conversation_id: conversation.to_string(),
            user_id: user.to_string(),
            org_id: org.to_string(),
            user_kind: stored_user_kind(kind),
            seq: stored_count(seq),
            counts_unread: kind == UserKind::Agent && !is_head_known,
        }
    }
}

/// What every batch writes, in one statement.
#[derive(Debug, Default)]
pub(super) struct Messages {
    pub(super) entries: Vec<EntryRow>,
    /// In the order of their ids, so that two writers on one PostgreSQL lock rows in the same order.
    pub(super) heads: Vec<HeadRow>,
    pub(super) reads: Vec<ReadRow>,
}

impl Messages {
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.heads.is_empty() && self.reads.is_empty()
    }
}
