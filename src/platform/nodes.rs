//! The processes that serve this database: one, until several nodes are supported.

use rooms::Timestamp;

use super::service::Platform;
use crate::auth::{Principal, Right};
use crate::refusal::ServiceError;
use crate::telemetry::resident_bytes;

/// One process and how much it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Names it; another after each start.
    pub id: String,
    /// Its release.
    pub version: &'static str,
    /// When it started.
    pub started_at: Timestamp,
    /// For how long it has run.
    pub uptime_s: i64,
    /// Open connections of visitors and agents.
    pub connection_count: usize,
    /// Conversations in memory.
    pub room_count: usize,
    /// Running calls.
    pub call_count: usize,
    /// What it takes of memory, where the system says so.
    pub memory_bytes: Option<u64>,
    /// Whether it goes down.
    pub is_draining: bool,
    /// Whether it is the one that answers.
    pub is_this: bool,
}

impl Platform {
    /// Every node, the one that answers first.
    ///
    /// # Errors
    /// `forbidden` to all but platform admins.
    pub fn nodes(&self, principal: &Principal) -> Result<Vec<Node>, ServiceError> {
        Right::ReadPlatformHealth.check(principal)?;
        let (shared, hub) = (&self.shared, &self.shared.parts.hub);
        let now = self.base().now();
        let node = Node {
            id: shared.node_id.clone(),
            version: env!("CARGO_PKG_VERSION"),
            started_at: shared.started_at,
            uptime_s: (now.0 - shared.started_at.0) / 1_000,
            connection_count: hub.connection_count(),
            room_count: hub.room_count(),
            call_count: shared.parts.voice.call_count(),
            memory_bytes: resident_bytes(),
            is_draining: hub.is_draining(),
            is_this: true,
        };
        Ok(vec![node])
    }
}
