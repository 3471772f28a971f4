//! Enquiries that visitors left for people.

use rooms::{ChannelId, ConversationId, UserId};

use super::ids::SubmissionId;

/// An enquiry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubmissionRecord {
    /// Its id; later ones are greater.
    pub id: SubmissionId,
    /// Through which channel it came.
    pub channel_id: Option<ChannelId>,
    /// In which conversation.
    pub conversation_id: Option<ConversationId>,
    /// Whose it is.
    pub visitor_id: Option<UserId>,
    /// Their name, as they gave it.
    pub name: Option<String>,
    /// Where they want the answer.
    pub email: String,
    /// What it is about.
    pub subject: String,
    /// Their words.
    pub body: String,
    /// `open`, `done` or `archived`.
    pub status: String,
    /// The member who set the status.
    pub handled_by: Option<UserId>,
    /// When it came.
    pub created_at: i64,
    /// When its status was set last.
    pub updated_at: i64,
}

/// Which submissions to list.
#[derive(Debug, Clone, Default)]
pub struct SubmissionFilter {
    /// Only those of this status; empty: all.
    pub status: String,
    /// Below this id; without one from the newest on.
    pub before: Option<SubmissionId>,
    /// At most so many.
    pub limit: i64,
}
