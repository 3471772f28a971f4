//! Notifications: what agents are told of, until they have read it.

use rooms::{ConversationId, EntryId, OrgId, UserId};

use super::ids::NotificationId;

/// Something an agent is told of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotificationRecord {
    /// Its id; later ones are greater.
    pub id: NotificationId,
    /// Its org.
    pub org_id: OrgId,
    /// Who is told.
    pub agent_id: UserId,
    /// `mention`.
    pub kind: String,
    /// Where it happened.
    pub conversation_id: ConversationId,
    /// The entry that it is about.
    pub entry_id: EntryId,
    /// Its place in the conversation.
    pub seq: i64,
    /// Who wrote the entry.
    pub author_name: String,
    /// What they wrote.
    pub content: String,
    /// Whose conversation it is.
    pub visitor_id: UserId,
    /// Their name.
    pub visitor_name: String,
    /// When it happened.
    pub created_at: i64,
    /// When the agent had read it.
    pub read_at: Option<i64>,
}

/// A note that mentions an agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mention {
    /// Who is mentioned.
    pub agent: UserId,
    /// The note.
    pub entry: EntryId,
    /// Its place in the conversation.
    pub seq: u64,
}
