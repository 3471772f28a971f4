//! The audit of tools.

use rooms::{ChannelId, ConversationId};

use super::ids::ToolRunId;

/// One run of a tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolRun {
    /// Its id; later ones are greater.
    pub id: ToolRunId,
    /// Through which channel.
    pub channel_id: Option<ChannelId>,
    /// In which conversation; nothing for a test.
    pub conversation_id: Option<ConversationId>,
    /// Which tool.
    pub tool: String,
    /// What went in, cut where it is long.
    pub arguments: String,
    /// What came out, cut where it is long.
    pub result: String,
    /// Who answered: `knowledge`, `web`, `webhook` or `built_in`.
    pub source: Option<String>,
    /// Whether it worked.
    pub success: bool,
    /// Why not.
    pub error: Option<String>,
    /// How often it was tried; 0 when it was refused.
    pub attempts: i64,
    /// From begin to end.
    pub duration_ms: i64,
    /// When it began.
    pub created_at: i64,
}

/// Which runs to list.
#[derive(Debug, Clone, Default)]
pub struct ToolRunFilter {
    /// Only those of this tool; empty: all.
    pub tool: String,
    /// Only those of this conversation.
    pub conversation: Option<ConversationId>,
    /// Only those that worked, or did not.
    pub success: Option<bool>,
    /// Below this id; without one from the newest on.
    pub before: Option<ToolRunId>,
    /// At most so many.
    pub limit: i64,
}
