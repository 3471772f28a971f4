//! The membership of one node: its heartbeat, the end of its lease, and whose death it sees.

use std::collections::HashSet;
use std::time::Duration;

use rooms::Timestamp;
use tokio::time::Instant;

use super::claims::Claims;
use crate::clock::{self, SharedClock};
use crate::config::Settings;
use crate::db::{Db, DbError};
use crate::model::{NewNode, NodeId, NodeLoad};

/// For how long a dead node is shown.
pub const FORGOTTEN_AFTER_MS: i64 = 3_600_000;

/// Heartbeats within a lease.
const BEATS_PER_LEASE: u32 = 3;
/// Heartbeats between two looks for nodes to forget.
const BEATS_PER_SWEEP: u64 = 60;
/// The wait after a heartbeat that failed.
const RETRY: Duration = Duration::from_millis(500);

/// What came of a heartbeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beat {
    /// It counts; `has_lost` says that another node is gone since the last one.
    Counted {
        /// Whether another node died or left.
        has_lost: bool,
    },
    /// The database did not take it; it is to be tried again.
    Failed,
    /// This node must stop: its lease is over, or will be before it could have stopped.
    Fenced,
}

/// The membership of this process.
#[derive(Debug)]
pub struct Membership {
    db: Db,
    clock: SharedClock,
    claims: Claims,
    lease: Duration,
    /// When the last heartbeat that counts was begun.
    beaten_at: Instant,
    /// The other nodes that lived when this one last looked.
    others: HashSet<NodeId>,
    /// Whether one of them was found gone and nobody was told yet.
    has_lost: bool,
    /// Whether the last heartbeat failed, so that it is said once.
    is_failing: bool,
    beat_count: u64,
}

impl Membership {
    /// Registers this process.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn join(
        db: &Db,
        clock: &SharedClock,
        settings: &Settings,
        claims: &Claims,
    ) -> Result<Self, DbError> {
        let lease = Duration::from_secs(settings.node_lease_s);
        let mut joined = Self {
            db: db.clone(),
            clock: clock.clone(),
            claims: claims.clone(),
            lease,
            beaten_at: clock::instant(),
            others: HashSet::new(),
            has_lost: false,
            is_failing: false,
            beat_count: 0,
        };
        let node = NewNode {
            id: claims.node(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            node_url: settings.node_url.as_ref().map(|url| url.as_str().trim_end_matches('/').to_owned()),
            lease_ms: i64::try_from(lease.as_millis()).unwrap_or(i64::MAX),
        };
        db.nodes().register(&node, !claims.has_others(), joined.now()).await?;
        joined.look_around().await?;
        claims.renew_sweeps(joined.fenced_at()).await?;
        Ok(joined)
    }

    /// Waits until the next heartbeat is due; after one that failed that is soon, where a lease is to be lost.
    pub async fn due(&self, last: Beat) {
        let wait = match last {
            Beat::Failed if self.claims.has_others() => RETRY,
            Beat::Counted { .. } | Beat::Failed | Beat::Fenced => self.lease / BEATS_PER_LEASE,
        };
        tokio::time::sleep(wait).await;
    }

    /// Sends a heartbeat, and looks who else lives. It takes no longer than this node may go without one.
    pub async fn beat(&mut self, load: &NodeLoad) -> Beat {
        let began = clock::instant();
        let fenced_at = if self.claims.has_others() { self.fenced_at() } else { began + self.lease };
        match tokio::time::timeout_at(fenced_at, self.renew(load, began)).await {
            Ok(Ok(true)) => {
                self.is_failing = false;
                Beat::Counted { has_lost: std::mem::take(&mut self.has_lost) }
            }
            Ok(Ok(false)) => Beat::Fenced,
            Ok(Err(error)) => self.fenced_or_failed(&error),
            Err(_) => self.fenced_or_failed(&DbError::TimedOut { seconds: began.elapsed().as_secs() }),
        }
    }

    /// Takes this process out, so that others need not wait for the end of its lease.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn leave(db: &Db, node: NodeId) -> Result<(), DbError> {
        db.nodes().leave(node).await
    }

    /// False where the lease is over.
    async fn renew(&mut self, load: &NodeLoad, began: Instant) -> Result<bool, DbError> {
        let (node, serves_alone) = (self.claims.node(), !self.claims.has_others());
        if !self.db.nodes().beat(node, load, serves_alone, self.now()).await? && !serves_alone {
            return Ok(false);
        }
        self.beaten_at = began;
        self.look_around().await?;
        self.claims.renew_sweeps(self.fenced_at()).await?;
        self.beat_count += 1;
        if self.beat_count.is_multiple_of(BEATS_PER_SWEEP) && self.claims.runs_sweeps() {
            self.db.nodes().forget(FORGOTTEN_AFTER_MS, self.now()).await?;
        }
        Ok(true)
    }

    /// Sees who lives, and notes where somebody who did no longer does.
    async fn look_around(&mut self) -> Result<(), DbError> {
        let (now, nodes) = self.db.nodes().list(self.now()).await?;
        let live: HashSet<NodeId> = nodes
            .into_iter()
            .filter(|node| !node.is_dead(now) && node.id != self.claims.node())
            .map(|node| node.id)
            .collect();
        self.has_lost |= self.others.iter().any(|known| !live.contains(known));
        self.others = live;
        Ok(())
    }

    /// When this node stops unless a heartbeat counts before: while its lease runs still, so that it has stopped when
    /// others take over. The last quarter is for calls, which take two seconds to end.
    fn fenced_at(&self) -> Instant {
        self.beaten_at + self.lease * 3 / 4
    }

    /// Of a server alone nothing is said: what fails for it has been logged elsewhere, and it loses nothing.
    fn fenced_or_failed(&mut self, error: &DbError) -> Beat {
        if !self.claims.has_others() {
            return Beat::Failed;
        }
        if !std::mem::replace(&mut self.is_failing, true) {
            let error = error as &dyn std::error::Error;
            tracing::warn!(
                error,
                "could not renew the lease of this node; it is tried again until it must stop"
            );
        }
        if clock::instant() >= self.fenced_at() { Beat::Fenced } else { Beat::Failed }
    }

    fn now(&self) -> Timestamp {
        Timestamp(self.clock.now_ms())
    }
}
