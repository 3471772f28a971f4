//! Conversations, and which of them are listed.

use std::sync::Arc;

use rooms::{AttachmentId, CallId, ChannelId, ConversationId, Head, OrgId, Priority, Timestamp, UserId};

use super::cursor::Cursor;
use super::view::ViewFilter;
use super::visitor::VisitorRecord;

/// A conversation with its visitor.
#[derive(Debug, Clone)]
pub struct ConversationRecord {
    /// Its id.
    pub id: ConversationId,
    /// Its org.
    pub org: OrgId,
    /// Its channel.
    pub channel: ChannelId,
    /// Whose it is.
    pub visitor: VisitorRecord,
    /// Changes only when history can no longer be trusted.
    pub epoch: Arc<str>,
    /// Its durable state.
    pub head: Head,
    /// When it began.
    pub created_at: Timestamp,
    /// The conversation of the same visitor that it continues.
    pub previous: Option<ConversationId>,
}

/// A conversation to begin.
#[derive(Debug, Clone)]
pub struct NewConversation {
    /// The id it will have.
    pub id: ConversationId,
    /// Its org.
    pub org: OrgId,
    /// Its channel.
    pub channel: ChannelId,
    /// Whose it is.
    pub visitor: UserId,
    /// Its epoch.
    pub epoch: Arc<str>,
    /// Its first state.
    pub head: Head,
    /// The conversation it continues; the visitor's newest where none is named.
    pub previous: Option<ConversationId>,
}

/// The files of a conversation outside of the database.
#[derive(Debug, Clone, Default)]
pub struct ConversationFiles {
    /// Whether a call is going on, which adds to them.
    pub is_in_call: bool,
    /// Its attachments with their names, sent or not.
    pub attachments: Vec<(AttachmentId, String)>,
    /// Its calls with a recording.
    pub recordings: Vec<CallId>,
}

/// Which conversations to list.
#[derive(Debug, Clone, Default)]
pub struct ConversationFilter {
    /// What they must be like, and their order.
    pub view: ViewFilter,
    /// Who looks.
    pub agent: Option<UserId>,
    /// Only those of this priority.
    pub priority: Option<Priority>,
    /// Only those of this visitor.
    pub visitor: Option<UserId>,
    /// Below this one.
    pub cursor: Option<Cursor<ConversationId>>,
    /// At most so many.
    pub limit: i64,
}

/// A conversation that the assistant should look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwedAnswer {
    /// Its org.
    pub org: OrgId,
    /// Its channel.
    pub channel: ChannelId,
    /// Its id.
    pub conversation: ConversationId,
    /// Since when the present responder is it.
    pub since: Timestamp,
}
