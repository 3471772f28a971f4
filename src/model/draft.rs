//! Drafts: what agents have begun to write and not sent.

use rooms::ConversationId;

/// What a draft is to become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DraftKind {
    /// A message to the visitor.
    Message,
    /// A note for agents.
    Note,
}

impl DraftKind {
    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Note => "note",
        }
    }

    /// A kind by its name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Message, Self::Note].into_iter().find(|kind| kind.as_str() == name)
    }
}

/// A draft of an agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftRecord {
    /// Where it is written.
    pub conversation_id: ConversationId,
    /// `message` or `note`.
    pub kind: String,
    /// Its words.
    pub text: String,
    /// When it last changed.
    pub updated_at: i64,
}
