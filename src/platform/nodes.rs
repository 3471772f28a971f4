//! The processes that serve this database, as they say of themselves with each heartbeat.

use rooms::Timestamp;

use super::service::Platform;
use crate::auth::{Principal, Right};
use crate::model::{NodeId, NodeLoad, NodeRecord};
use crate::refusal::ServiceError;
use crate::telemetry::resident_bytes;

/// One process and how much it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// What is stored of it; of the one that answers, how it is now.
    pub record: NodeRecord,
    /// For how long it has run, or ran.
    pub uptime_s: i64,
    /// The age of its last heartbeat.
    pub lag_ms: i64,
    /// Whether its lease is over.
    pub is_dead: bool,
    /// Whether it is the one that answers.
    pub is_this: bool,
}

impl Node {
    /// A node as it was at `now` by the clock that decides for all.
    #[must_use]
    pub fn at(now: Timestamp, record: NodeRecord, this: Option<NodeId>) -> Self {
        let is_dead = record.is_dead(now);
        let until = if is_dead { record.heartbeat_at } else { now.0 };
        Self {
            uptime_s: (until - record.started_at).max(0) / 1_000,
            lag_ms: (now.0 - record.heartbeat_at).max(0),
            is_dead,
            is_this: this == Some(record.id),
            record,
        }
    }
}

impl Platform {
    /// Every node, the one that answers first; dead ones are among them until they are forgotten.
    ///
    /// # Errors
    /// `forbidden` to all but platform admins.
    pub async fn nodes(&self, principal: &Principal) -> Result<Vec<Node>, ServiceError> {
        Right::ReadPlatformHealth.check(principal)?;
        let base = self.base();
        let (now, records) = base.db.nodes().list(base.now()).await?;
        let mut nodes: Vec<Node> = records
            .into_iter()
            .map(|record| {
                let record = if record.id == base.node { with_load(record, self.load()) } else { record };
                Node::at(now, record, Some(base.node))
            })
            .collect();
        nodes.sort_by_key(|node| !node.is_this);
        Ok(nodes)
    }

    /// How much this process does.
    #[must_use]
    pub fn load(&self) -> NodeLoad {
        let (parts, count) = (&self.shared.parts, |count: usize| i64::try_from(count).unwrap_or(i64::MAX));
        NodeLoad {
            connection_count: count(parts.hub.connection_count()),
            room_count: count(parts.hub.room_count()),
            call_count: count(parts.voice.call_count()),
            memory_bytes: resident_bytes().and_then(|bytes| i64::try_from(bytes).ok()),
            is_draining: parts.hub.is_draining(),
        }
    }
}

fn with_load(record: NodeRecord, load: NodeLoad) -> NodeRecord {
    NodeRecord {
        connection_count: load.connection_count,
        room_count: load.room_count,
        call_count: load.call_count,
        memory_bytes: load.memory_bytes,
        is_draining: load.is_draining,
        ..record
    }
}
