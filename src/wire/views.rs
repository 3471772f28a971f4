//! A conversation and its visitor as agents see them, made of what is stored: for sockets, REST and webhooks alike.

use super::{AgentState, ConversationView, LastMessageView, PageView, VisitorView, rfc3339, role_name};
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
        last_message: head.last_message.as_ref().map(|message| LastMessageView {
            seq: message.seq,
            role: role_name(message.role),
            preview: message.preview.to_string(),
        }),
        unread: head.unread,
        created_at: rfc3339(record.created_at),
    }
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
    }
}
