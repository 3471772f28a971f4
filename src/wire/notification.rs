//! What an agent is told of, as they see it: live and in lists.

use serde::Serialize;

use super::rfc3339;
use crate::model::NotificationRecord;

/// Longest preview, in Unicode code points.
const PREVIEW_MAX_CHARS: usize = 200;

/// The visitor of a notification's conversation.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = NotificationVisitor)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "NotificationVisitor"))]
pub struct NotificationVisitorView {
    /// Their id.
    pub id: String,
    /// Their name.
    pub name: String,
}

/// Something an agent is told of.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = Notification)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Notification"))]
pub struct NotificationView {
    /// Its id.
    pub id: String,
    /// `mention`: a note names the agent.
    pub kind: String,
    /// Where it happened.
    pub conversation_id: String,
    /// The entry that it is about.
    pub entry_id: String,
    /// Its place in the conversation.
    #[cfg_attr(test, ts(type = "number"))]
    pub seq: i64,
    /// Who wrote the entry.
    pub author_name: String,
    /// The beginning of what they wrote.
    pub preview: String,
    /// Whose conversation it is.
    pub visitor: NotificationVisitorView,
    /// When it happened.
    pub created_at: String,
    /// When the agent had read it.
    pub read_at: Option<String>,
}

impl From<&NotificationRecord> for NotificationView {
    fn from(record: &NotificationRecord) -> Self {
        let moment = |at| rfc3339(rooms::Timestamp(at));
        Self {
            id: record.id.to_string(),
            kind: record.kind.clone(),
            conversation_id: record.conversation_id.to_string(),
            entry_id: record.entry_id.to_string(),
            seq: record.seq,
            author_name: record.author_name.clone(),
            preview: record.content.chars().take(PREVIEW_MAX_CHARS).collect(),
            visitor: NotificationVisitorView {
                id: record.visitor_id.to_string(),
                name: record.visitor_name.clone(),
            },
            created_at: moment(record.created_at),
            read_at: record.read_at.map(moment),
        }
    }
}

/// `notification:new`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct NotificationUpdate {
    /// What the agent is told of.
    pub notification: NotificationView,
}
