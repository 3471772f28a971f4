//! Processes that serve the database.

use rooms::Timestamp;

use super::ids::NodeId;

/// A node as it registers.
#[derive(Debug, Clone)]
pub struct NewNode {
    /// Names it; another after each start.
    pub id: NodeId,
    /// Its release.
    pub version: String,
    /// Where other nodes reach it.
    pub node_url: Option<String>,
    /// For how long a heartbeat counts.
    pub lease_ms: i64,
}

/// How much a node does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NodeLoad {
    /// Open connections of visitors and agents.
    pub connection_count: i64,
    /// Conversations in memory.
    pub room_count: i64,
    /// Running calls.
    pub call_count: i64,
    /// What it takes of memory, where the system says so.
    pub memory_bytes: Option<i64>,
    /// Whether it goes down.
    pub is_draining: bool,
}

/// A node as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeRecord {
    /// Names it; another after each start.
    pub id: NodeId,
    /// Its release.
    pub version: String,
    /// Where other nodes reach it.
    pub node_url: Option<String>,
    /// When it registered.
    pub started_at: i64,
    /// Its last heartbeat, by the database's clock.
    pub heartbeat_at: i64,
    /// For how long a heartbeat counts.
    pub lease_ms: i64,
    /// Open connections of visitors and agents.
    pub connection_count: i64,
    /// Conversations in memory.
    pub room_count: i64,
    /// Running calls.
    pub call_count: i64,
    /// What it takes of memory, where the system says so.
    pub memory_bytes: Option<i64>,
    /// Whether it goes down.
    pub is_draining: bool,
}

impl NodeRecord {
    /// Whether its lease is over. A dead node never lives again: its heartbeat is refused.
    #[must_use]
    pub fn is_dead(&self, now: Timestamp) -> bool {
        self.heartbeat_at + self.lease_ms <= now.0
    }
}

/// What one node does at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClaimKind {
    /// The assistant's reply in a conversation.
    Reply,
    /// The brief of a handoff, by its ticket.
    Brief,
    /// The deadline of a reply that waits for agents, by its conversation.
    PendingReply,
    /// Taking over what dead nodes left.
    Recovery,
    /// Sweeps and jobs that run once.
    Sweeps,
}

impl ClaimKind {
    /// As it is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reply => "reply",
            Self::Brief => "brief",
            Self::PendingReply => "pending_reply",
            Self::Recovery => "recovery",
            Self::Sweeps => "sweeps",
        }
    }
}
