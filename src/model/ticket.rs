//! Tickets of handoffs, and the briefs they are owed.

use rooms::{ChannelId, ConversationId, OrgId, TicketId, UserId};

use super::cursor::Cursor;

/// A ticket.
#[derive(Debug, Clone)]
pub struct TicketRecord {
    /// Its id.
    pub id: TicketId,
    /// Its conversation.
    pub conversation_id: ConversationId,
    /// The visitor who asked.
    pub visitor_id: UserId,
    /// Their name.
    pub visitor_name: String,
    /// Why.
    pub reason: String,
    /// What it is about, in a line, once somebody has looked.
    pub title: Option<String>,
    /// What happened, for whoever sees to it.
    pub summary: Option<String>,
    /// How urgent.
    pub priority: String,
    /// `open` or `resolved`.
    pub status: String,
    /// When it was opened.
    pub created_at: i64,
    /// When it was resolved.
    pub resolved_at: Option<i64>,
    /// By whom.
    pub resolved_by: Option<UserId>,
    /// Their name.
    pub resolved_by_name: Option<String>,
}

/// Which tickets to list.
#[derive(Debug, Clone, Default)]
pub struct TicketFilter {
    /// `open` or `resolved`; both where it is not said.
    pub status: Option<&'static str>,
    /// Below this one.
    pub cursor: Option<Cursor<TicketId>>,
    /// At most so many.
    pub limit: i64,
}

/// A handoff nobody has been told of yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwedBrief {
    /// Its org.
    pub org: OrgId,
    /// Its channel.
    pub channel: ChannelId,
    /// Its conversation.
    pub conversation: ConversationId,
    /// Who waits.
    pub visitor: UserId,
    /// The ticket it opened.
    pub ticket: TicketId,
}

/// What is written on a ticket once somebody has looked at its conversation.
#[derive(Debug, Clone)]
pub struct TicketBrief {
    /// A line.
    pub title: String,
    /// What happened, for whoever sees to it.
    pub summary: String,
    /// `low`, `medium`, `high` or `urgent`.
    pub priority: &'static str,
}
