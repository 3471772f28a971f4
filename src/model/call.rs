//! Calls.

use rooms::{CallId, ChannelId, ConversationId, OrgId, Timestamp, UserId};

/// A call.
#[derive(Debug, Clone, PartialEq)]
pub struct CallRecord {
    /// Its id.
    pub id: CallId,
    /// Its org.
    pub org_id: OrgId,
    /// Its channel.
    pub channel_id: ChannelId,
    /// Its conversation.
    pub conversation_id: ConversationId,
    /// Who called.
    pub visitor_id: UserId,
    /// The name of the visitor.
    pub visitor_name: String,
    /// The kind of the provider that it began with.
    pub provider: String,
    /// The model that it began with.
    pub model: String,
    /// Whether no real model answers.
    pub is_simulated: bool,
    /// When it began, in milliseconds since 1970.
    pub started_at: i64,
    /// When it ended.
    pub ended_at: Option<i64>,
    /// How long it was.
    pub seconds: Option<i64>,
    /// Why it ended.
    pub reason: Option<String>,
    /// What it cost, in billionths of a US dollar.
    pub cost_nano_usd: i64,
    /// The file of its recording, where it was recorded.
    pub recording: Option<String>,
    /// What its recording lacks, as [`RecordingFault::as_str`] says it.
    pub recording_fault: Option<String>,
}

/// Why there is less of a recording than was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordingFault {
    /// It stops early.
    Cut,
    /// Nothing of it could be kept.
    Lost,
}

impl RecordingFault {
    /// As it is stored and said on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cut => "cut",
            Self::Lost => "lost",
        }
    }
}

/// How a call ended.
#[derive(Debug, Clone)]
pub struct CallEnd {
    /// When.
    pub at: Timestamp,
    /// How long it was.
    pub seconds: u64,
    /// Why.
    pub reason: &'static str,
    /// What it cost, in billionths of a US dollar.
    pub cost_nano_usd: u64,
    /// The file of its recording.
    pub recording: Option<String>,
}

/// What a call left behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallTrail {
    /// When something was last written of it.
    pub last: Timestamp,
    /// What it had cost by then, in billionths of a US dollar.
    pub cost_nano_usd: u64,
}

/// A call that was recorded.
#[derive(Debug, Clone, Copy)]
pub struct RecordedCall {
    /// Its org.
    pub org: OrgId,
    /// Its channel.
    pub channel: ChannelId,
    /// Its id.
    pub id: CallId,
    /// When it ended.
    pub ended_at: Timestamp,
}
