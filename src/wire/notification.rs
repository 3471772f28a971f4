//! What an agent is told of, as they see it: live and in lists.

use serde::Serialize;

use super::rfc3339;
use crate::model::{NotificationRecord, NotificationWay};

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

/// The limit of usage that a notification is about.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = NotificationLimit)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "NotificationLimit"))]
pub struct NotificationLimitView {
    /// Which limit, by the name of its setting.
    pub name: String,
    /// How much of it is used at least: 80 or 100.
    #[cfg_attr(test, ts(type = "number"))]
    pub percent: i64,
    /// `hard` where the assistant stops at 100, otherwise `soft`.
    #[cfg_attr(test, ts(type = "'soft' | 'hard'"))]
    pub mode: &'static str,
}

/// Something an agent is told of.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = Notification)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Notification"))]
pub struct NotificationView {
    /// Its id.
    pub id: String,
    /// `mention`, `handoff`, `assigned`, `visitor_wrote`, `followed`, `call`, `limit` or `missed`.
    #[cfg_attr(
        test,
        ts(
            type = "'mention' | 'handoff' | 'assigned' | 'visitor_wrote' | 'followed' | 'call' | 'limit' | 'missed'"
        )
    )]
    pub kind: String,
    /// How often it happened since it was last read.
    #[cfg_attr(test, ts(type = "number"))]
    pub count: i64,
    /// Where it happened; null of the kind `limit`.
    pub conversation_id: Option<String>,
    /// The entry that it is about.
    pub entry_id: Option<String>,
    /// Its place in the conversation.
    #[cfg_attr(test, ts(type = "number | null"))]
    pub seq: Option<i64>,
    /// Who wrote the entry.
    pub author_name: Option<String>,
    /// The beginning of what they wrote.
    pub preview: String,
    /// Whose conversation it is.
    pub visitor: Option<NotificationVisitorView>,
    /// Of the kind `limit`, which.
    pub limit: Option<NotificationLimitView>,
    /// When it last happened.
    pub created_at: String,
    /// When the agent had read it.
    pub read_at: Option<String>,
}

impl From<&NotificationRecord> for NotificationView {
    fn from(record: &NotificationRecord) -> Self {
        let moment = |at| rfc3339(rooms::Timestamp(at));
        let visitor = record.visitor_id.zip(record.visitor_name.clone());
        let limit = record.limit_name.clone().zip(record.limit_percent);
        Self {
            id: record.id.to_string(),
            kind: record.kind.clone(),
            count: record.event_count,
            conversation_id: record.conversation_id.map(|id| id.to_string()),
            entry_id: record.entry_id.map(|id| id.to_string()),
            seq: record.seq,
            author_name: record.author_name.clone(),
            preview: rooms::masked_start(record.content.as_deref().unwrap_or_default(), PREVIEW_MAX_CHARS),
            visitor: visitor.map(|(id, name)| NotificationVisitorView { id: id.to_string(), name }),
            limit: limit.map(|(name, percent)| NotificationLimitView {
                name,
                percent,
                mode: if record.is_hard_limit == Some(true) { "hard" } else { "soft" },
            }),
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
    /// How the agent wants to be told of it now.
    #[cfg_attr(test, ts(type = "('bell' | 'sound' | 'desktop')[]"))]
    pub ways: Vec<&'static str>,
    /// How many the agent has not read.
    #[cfg_attr(test, ts(type = "number"))]
    pub unread_count: i64,
}

impl NotificationUpdate {
    /// A notification, with the ways in which its agent is told of it.
    #[must_use]
    pub fn new(record: &NotificationRecord, ways: &[NotificationWay], unread_count: i64) -> Self {
        let ways = ways.iter().map(|way| way.as_str()).collect();
        Self { notification: record.into(), ways, unread_count }
    }
}

/// `notification:read`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct NotificationsReadUpdate {
    /// How many the agent has not read.
    #[cfg_attr(test, ts(type = "number"))]
    pub unread_count: i64,
}
