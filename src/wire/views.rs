//! A conversation and its visitor as agents see them, made of what is stored: for sockets, REST and webhooks alike.

use rooms::{Audience, ConversationId, Head, LastMessage, Timestamp};

use super::{
    AgentState, ConversationView, LastMessageView, MainVisitorView, PageView, SessionView, StateView,
    VisitorView, rfc3339, role_name,
};
use crate::model::{ConversationRecord, VisitorRecord};

/// A conversation as the inbox shows it.
#[must_use]
pub fn conversation_view(record: &ConversationRecord) -> ConversationView {
    let head = &record.head;
    ConversationView {
        id: record.id.to_string(),
        channel_id: record.channel.to_string(),
        visitor: visitor_view(&record.visitor),
        state: AgentState::from(head),
        last_message: head.last_message.as_ref().map(last_message_view),
        unread: head.unread,
        created_at: rfc3339(record.created_at),
        merged_into: record.visitor.merged_into.as_ref().map(MainVisitorView::from),
        previous_id: record.previous.map(|id| id.to_string()),
    }
}

impl SessionView {
    /// A conversation as its visitor sees it.
    #[must_use]
    pub fn new(id: ConversationId, epoch: &str, head: &Head, created_at: Timestamp) -> Self {
        Self {
            id: id.to_string(),
            epoch: epoch.to_owned(),
            state: StateView::for_audience(head, Audience::Visitors),
            created_at: rfc3339(created_at),
        }
    }
}

impl From<&ConversationRecord> for SessionView {
    fn from(record: &ConversationRecord) -> Self {
        Self::new(record.id, &record.epoch, &record.head, record.created_at)
    }
}

/// The newest message of a conversation.
#[must_use]
pub fn last_message_view(message: &LastMessage) -> LastMessageView {
    LastMessageView { seq: message.seq, role: role_name(message.role), preview: message.preview.to_string() }
}

/// A visitor as agents see them.
#[must_use]
pub fn visitor_view(visitor: &VisitorRecord) -> VisitorView {
    VisitorView {
        id: visitor.id.to_string(),
        kind: "visitor",
        name: visitor.name.to_string(),
        email: visitor.email.clone(),
        external_id: visitor.external_id.clone(),
        verified: visitor.verified,
        profile_verified: visitor.profile_verified,
        locale: visitor.locale.clone(),
        page: visitor.page.as_ref().map(PageView::from),
        phone: visitor.phone.clone(),
        attributes: visitor.attributes.clone(),
    }
}
