//! Entries to and from their rows.

use rooms::{Body, Content, ConversationId, Entry, OrgId, Timestamp, User};

use serde::ser::{Serialize, SerializeTuple, Serializer};

use super::count::{count, stored_count};
use super::names::{parse_interruption, parse_user_kind, stored_interruption, stored_user_kind};
use super::stored_attachment::{parse_attachments, stored_attachments};
use super::stored_event::{parse_event, stored_event};
use super::stored_supervision::{parse_approval, stored_approval};
use crate::db::DbError;

#[derive(Debug, sqlx::FromRow)]
pub(crate) struct EntryRow {
    pub(crate) conversation_id: String,
    pub(crate) seq: i64,
    pub(crate) id: String,
    pub(crate) org_id: String,
    pub(crate) visitor_prev: Option<i64>,
    pub(crate) takeover: i64,
    pub(crate) kind: String,
    pub(crate) event: Option<String>,
    pub(crate) author_id: String,
    pub(crate) author_kind: String,
    pub(crate) author_name: String,
    pub(crate) content: String,
    pub(crate) client_message_id: Option<String>,
    pub(crate) reply_to: Option<String>,
    pub(crate) metadata: Option<String>,
    pub(crate) created_at: i64,
    pub(crate) attachments: Option<String>,
    pub(crate) answers: Option<i64>,
    pub(crate) interrupted: Option<String>,
    pub(crate) is_answered: bool,
    pub(crate) approval: Option<String>,
}

/// The columns of [`EntryRow`], in the order in which they are inserted.
macro_rules! entry_columns {
    () => {
        "conversation_id, seq, id, org_id, visitor_prev, takeover, kind, event, author_id, author_kind, \
         author_name, content, client_message_id, reply_to, metadata, created_at, attachments, answers, interrupted, \
         is_answered, approval"
    };
}
pub(crate) use entry_columns;

impl Serialize for EntryRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut row = serializer.serialize_tuple(21)?;
        row.serialize_element(&self.conversation_id)?;
        row.serialize_element(&self.seq)?;
        row.serialize_element(&self.id)?;
        row.serialize_element(&self.org_id)?;
        row.serialize_element(&self.visitor_prev)?;
        row.serialize_element(&self.takeover)?;
        row.serialize_element(&self.kind)?;
        row.serialize_element(&self.event)?;
        row.serialize_element(&self.author_id)?;
        row.serialize_element(&self.author_kind)?;
        row.serialize_element(&self.author_name)?;
        row.serialize_element(&self.content)?;
        row.serialize_element(&self.client_message_id)?;
        row.serialize_element(&self.reply_to)?;
        row.serialize_element(&self.metadata)?;
        row.serialize_element(&self.created_at)?;
        row.serialize_element(&self.attachments)?;
        row.serialize_element(&self.answers)?;
        row.serialize_element(&self.interrupted)?;
        row.serialize_element(&self.is_answered)?;
        row.serialize_element(&self.approval)?;
        row.end()
    }
}

impl EntryRow {
    pub(crate) fn new(entry: &Entry, org: OrgId, conversation: ConversationId) -> Self {
        let content = entry.body.content();
        let (kind, event, metadata) = match &entry.body {
            Body::Message(content) => ("message", None, content.metadata.as_deref().map(str::to_owned)),
            Body::Note(content) => ("note", None, content.metadata.as_deref().map(str::to_owned)),
            Body::Event(event) => {
                let (name, metadata) = stored_event(event, entry.takeover);
                ("event", Some(name.to_owned()), Some(metadata))
            }
        };
        Self {
            conversation_id: conversation.to_string(),
            seq: stored_count(entry.seq),
            id: entry.id.to_string(),
            org_id: org.to_string(),
            visitor_prev: entry.visitor_prev.map(stored_count),
            takeover: stored_count(entry.takeover),
            kind: kind.to_owned(),
            event,
            author_id: entry.author.id.to_string(),
            author_kind: stored_user_kind(entry.author.kind).to_owned(),
            author_name: entry.author.name.to_string(),
            content: content.map_or_else(String::new, |content| content.text.to_string()),
            client_message_id: content
                .and_then(|content| content.client_message_id.as_deref())
                .map(str::to_owned),
            reply_to: content.and_then(|content| content.reply_to).map(|id| id.to_string()),
            metadata,
            created_at: entry.created_at.0,
            attachments: content.and_then(|content| stored_attachments(&content.attachments)),
            answers: content.and_then(|content| content.answers).map(stored_count),
            interrupted: content
                .and_then(|content| content.interrupted)
                .map(|by| stored_interruption(by).to_owned()),
            is_answered: content.is_some_and(|content| content.is_answered),
            approval: content.and_then(|content| content.approval.as_deref()).map(stored_approval),
        }
    }

    pub(crate) fn into_entry(self) -> Result<Entry, DbError> {
        let id = self.id.clone();
        self.parse().ok_or(DbError::Corrupt { what: "entry", id })
    }

    fn parse(self) -> Option<Entry> {
        let author = User {
            id: self.author_id.parse().ok()?,
            kind: parse_user_kind(&self.author_kind)?,
            name: self.author_name.into(),
        };
        let body = match self.event.as_deref() {
            Some(event) => Body::Event(parse_event(event, self.metadata.as_deref().unwrap_or("{}"))?),
            None => {
                let content = Content {
                    text: self.content.into(),
                    client_message_id: self.client_message_id.map(Into::into),
                    reply_to: self.reply_to.and_then(|id| id.parse().ok()),
                    metadata: self.metadata.map(Into::into),
                    attachments: parse_attachments(self.attachments.as_deref())?,
                    answers: self.answers.map(count),
                    is_answered: self.is_answered,
                    interrupted: self.interrupted.as_deref().and_then(parse_interruption),
                    approval: self.approval.as_deref().and_then(parse_approval).map(Into::into),
                };
                if self.kind == "note" { Body::Note(content) } else { Body::Message(content) }
            }
        };
        Some(Entry {
            id: self.id.parse().ok()?,
            seq: count(self.seq),
            visitor_prev: self.visitor_prev.map(count),
            author,
            body,
            takeover: count(self.takeover),
            created_at: Timestamp(self.created_at),
        })
    }
}
