//! Claims of one node: free for a process that serves alone, stored where there are several.

use std::sync::Arc;

use rooms::{OrgId, Timestamp};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::clock::{self, SharedClock};
use crate::db::{Db, DbError};
use crate::model::{ClaimKind, NodeId};

/// The one claim of all sweeps.
const SWEEPS: &str = "server";

/// What this node does and no other. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Claims {
    node: NodeId,
    /// Where claims are stored; none where this process serves alone.
    shared: Option<Arc<Shared>>,
}

#[derive(Debug)]
struct Shared {
    db: Db,
    clock: SharedClock,
    /// Until when this node runs the sweeps.
    sweeps_until: watch::Sender<Option<Instant>>,
}

impl Claims {
    /// The claims of a process that serves alone: it has them all.
    #[must_use]
    pub fn alone(node: NodeId) -> Self {
        Self { node, shared: None }
    }

    /// The claims of a node among several.
    #[must_use]
    pub fn among_nodes(node: NodeId, db: Db, clock: SharedClock) -> Self {
        Self { node, shared: Some(Arc::new(Shared { db, clock, sweeps_until: watch::Sender::default() })) }
    }

    /// Names this node.
    #[must_use]
    pub fn node(&self) -> NodeId {
        self.node
    }

    /// Whether there may be other nodes.
    #[must_use]
    pub fn has_others(&self) -> bool {
        self.shared.is_some()
    }

    /// Takes a claim; false where another live node has it. Two tasks of this node both get it: whoever may run twice
    /// here has to see to that first.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn take(&self, kind: ClaimKind, key: &str, org: Option<OrgId>) -> Result<bool, DbError> {
        let Some(shared) = &self.shared else { return Ok(true) };
        let now = Timestamp(shared.clock.now_ms());
        shared.db.node_claims().take((kind, key), org, self.node, now).await
    }

    /// Gives a claim up. What is not released where storage fails goes when this node ends.
    pub async fn release(&self, kind: ClaimKind, key: &str) {
        let Some(shared) = &self.shared else { return };
        if let Err(error) = shared.db.node_claims().release(kind, key, self.node).await {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "could not release the claim {} of {key}", kind.as_str());
        }
    }

    /// Whether this node runs the sweeps and jobs that run once. Nothing is asked of the database: the membership renews
    /// it with each heartbeat.
    #[must_use]
    pub fn runs_sweeps(&self) -> bool {
        self.shared.as_ref().is_none_or(|shared| runs_now(*shared.sweeps_until.borrow()))
    }

    /// Waits until this node runs the sweeps: whatever runs once and by time begins each round with it.
    pub async fn turn_to_sweep(&self) {
        let Some(shared) = &self.shared else { return };
        let mut until = shared.sweeps_until.subscribe();
        // It fails where nobody can send any more, and this handle can.
        let _always_there = until.wait_for(|until| runs_now(*until)).await.is_ok();
    }

    /// Takes the sweeps, or keeps them, until the lease would be over.
    pub(super) async fn renew_sweeps(&self, until: Instant) -> Result<(), DbError> {
        let Some(shared) = &self.shared else { return Ok(()) };
        let is_taken = self.take(ClaimKind::Sweeps, SWEEPS, None).await?;
        shared.sweeps_until.send_replace(is_taken.then_some(until));
        Ok(())
    }
}

fn runs_now(until: Option<Instant>) -> bool {
    until.is_some_and(|until| clock::instant() < until)
}
