//! Conversations, and which of them are listed.

use std::sync::Arc;

use rooms::{ChannelId, ConversationId, Head, OrgId, Priority, Role, Status, Timestamp, UserId};

use super::cursor::Cursor;
use super::visitor::VisitorRecord;

/// Which conversations of an org a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ConversationList {
    /// Assigned to the agent who looks.
    Mine,
    /// Assigned to nobody.
    Unassigned,
    /// Waiting for a person.
    Waiting,
    /// Every one that is not closed.
    #[default]
    All,
    /// The closed ones.
    Closed,
    /// Put aside until later.
    Snoozed,
    /// Answered by the agent, whose turn it is: the visitor wrote last.
    MyTurn,
}

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
}

/// Which conversations to list.
#[derive(Debug, Clone, Default)]
pub struct ConversationFilter {
    /// The view.
    pub view: ConversationList,
    /// Whose view `mine` is.
    pub agent: Option<UserId>,
    /// Only this channel.
    pub channel: Option<ChannelId>,
    /// Only those with this label.
    pub label: Option<String>,
    /// Only those of this priority.
    pub priority: Option<Priority>,
    /// Only those of this visitor.
    pub visitor: Option<UserId>,
    /// Below this one.
    pub cursor: Option<Cursor<ConversationId>>,
    /// At most so many.
    pub limit: i64,
}

/// Where a conversation that is not closed stands in an inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InboxPlace {
    /// Whether it waits for a person.
    pub is_waiting: bool,
    /// Whether it is put aside.
    pub is_snoozed: bool,
    /// The agent it is assigned to.
    pub assignee: Option<UserId>,
    /// The agent who answers and whose turn it is.
    pub turn_of: Option<UserId>,
}

impl InboxPlace {
    /// Where a conversation stands; `None` where it is closed.
    #[must_use]
    pub fn of(head: &Head) -> Option<Self> {
        let assignee = head.assignee.as_ref().map(|agent| agent.id);
        let answering = head.responder.agent().map(|agent| agent.id);
        let last_role = head.last_message.as_ref().map(|last| last.role);
        (head.status != Status::Closed).then(|| Self::new(head.status, assignee, answering, last_role))
    }

    /// Where one of this status stands, by its assignee, the agent who answers and whose words are the last.
    #[must_use]
    pub fn new(
        status: Status,
        assignee: Option<UserId>,
        answering: Option<UserId>,
        last_role: Option<Role>,
    ) -> Self {
        let is_turn = status == Status::Open && last_role == Some(Role::Visitor);
        Self {
            is_waiting: status == Status::Waiting,
            is_snoozed: status == Status::Snoozed,
            assignee,
            turn_of: answering.filter(|_| is_turn),
        }
    }
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
