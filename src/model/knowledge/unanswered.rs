//! Questions that could not be answered.

use rooms::{ChannelId, ConversationId, OrgId, Timestamp};

use crate::model::UnansweredId;

/// A question that was asked and not answered.
#[derive(Debug, Clone)]
pub struct AskedQuestion {
    /// Whose.
    pub org: OrgId,
    /// In which channel.
    pub channel: Option<ChannelId>,
    /// In which conversation.
    pub conversation: Option<ConversationId>,
    /// As it was asked.
    pub question: String,
    /// What it is counted by.
    pub folded: String,
    /// Its language.
    pub language: Option<String>,
}

/// A question on the list.
#[derive(Debug, Clone)]
pub struct UnansweredRecord {
    /// Its id.
    pub id: UnansweredId,
    /// In which channel it was asked.
    pub channel: Option<ChannelId>,
    /// The conversation in which it was last asked.
    pub conversation: Option<ConversationId>,
    /// As it was first asked.
    pub question: String,
    /// Its language.
    pub language: Option<String>,
    /// How often it was asked.
    pub asked_count: i64,
    /// When it was first asked.
    pub created_at: Timestamp,
    /// When it was last asked.
    pub asked_at: Timestamp,
}
