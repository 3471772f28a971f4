//! Rows that become searchable.

use rooms::Timestamp;
use serde::Deserialize;

use crate::model::{ChangedThing, Mention, SearchKind, SearchText, UnindexedChange, UnindexedEntry};

#[derive(sqlx::FromRow)]
pub(super) struct EntryRow {
    id: String,
    pub(super) seq: i64,
    /// How far the conversation is searchable.
    pub(super) searchable_seq: i64,
    kind: String,
    author_id: String,
    author_kind: String,
    content: String,
    attachments: Option<String>,
    metadata: Option<String>,
    created_at: i64,
}

#[derive(Deserialize)]
struct FileName {
    name: String,
}

/// The names of an entry's files.
pub(super) fn file_names(attachments: Option<&str>) -> Vec<String> {
    let files: Vec<FileName> =
        attachments.and_then(|stored| serde_json::from_str(stored).ok()).unwrap_or_default();
    files.into_iter().map(|file| file.name).collect()
}

#[derive(Deserialize)]
struct NoteFacts {
    #[serde(default)]
    mentions: Vec<String>,
}

impl EntryRow {
    /// Whom a note mentions, each once, but for its author.
    fn mentions(&self) -> Vec<Mention> {
        let facts = self.metadata.as_deref().filter(|json| json.contains("\"mentions\""));
        let facts: Option<NoteFacts> = facts.and_then(|json| serde_json::from_str(json).ok());
        let mut mentioned = facts.map(|facts| facts.mentions).unwrap_or_default();
        mentioned.sort_unstable();
        mentioned.dedup();
        mentioned.retain(|agent| *agent != self.author_id);
        let mention = |agent: &String| {
            Some(Mention {
                agent: agent.parse().ok()?,
                entry: self.id.parse().ok()?,
                seq: u64::try_from(self.seq).ok()?,
            })
        };
        mentioned.iter().filter_map(mention).collect()
    }

    /// What is searched of it; events and what the system tells are not.
    pub(super) fn into_unindexed(self) -> Option<UnindexedEntry> {
        let kind = SearchKind::parse(&self.kind)?;
        let is_of_system = kind == SearchKind::Message && self.author_kind == "system";
        let file_names = file_names(self.attachments.as_deref());
        if is_of_system || (self.content.is_empty() && file_names.is_empty()) {
            return None;
        }
        let mentions = if kind == SearchKind::Note { self.mentions() } else { Vec::new() };
        Some(UnindexedEntry {
            seq: u64::try_from(self.seq).ok()?,
            kind,
            mentions,
            created_at: Timestamp(self.created_at),
            text: SearchText { content: Some(self.content), file_names, ..SearchText::default() },
        })
    }
}

#[derive(sqlx::FromRow)]
pub(super) struct ChangeRow {
    kind: String,
    ref_id: String,
    org_id: String,
    change_count: i64,
    created_at: Option<i64>,
    conversation_id: Option<String>,
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    attributes: Option<String>,
    title: Option<String>,
    summary: Option<String>,
    reason: Option<String>,
}

impl ChangeRow {
    pub(super) fn into_change(self) -> Option<UnindexedChange> {
        let text = SearchText {
            email: self.email,
            phone: self.phone,
            attributes: self.attributes,
            title: self.title,
            summary: self.summary,
            reason: self.reason,
            ..SearchText::default()
        };
        let found = self.created_at.map(|at| ChangedThing {
            conversation: self.conversation_id.and_then(|id| id.parse().ok()),
            created_at: Timestamp(at),
            name: self.name,
            text,
        });
        Some(UnindexedChange {
            org: self.org_id.parse().ok()?,
            kind: SearchKind::parse(&self.kind)?,
            id: self.ref_id,
            change_count: self.change_count,
            found,
        })
    }
}
