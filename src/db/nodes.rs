//! Membership: the processes that serve the database, each with a heartbeat and a lease.
//!
//! One clock decides for all of them: PostgreSQL's own, or on SQLite the one of the only process. Invariant: a dead node
//! never lives again, because its heartbeat is only renewed while its lease runs.

use rooms::Timestamp;

use crate::db::engine::database::Backend;
use crate::db::{DbError, handle, on_readers, on_tx, record};
use crate::model::{NewNode, NodeId, NodeLoad, NodeRecord};

record!(NodeRecord {
    id,
    version,
    node_url,
    started_at,
    heartbeat_at,
    lease_ms,
    connection_count,
    room_count,
    call_count,
    memory_bytes,
    is_draining
});

/// The nodes that live at the moment that is bound as this parameter, as a subquery.
macro_rules! live_nodes {
    ($now:literal) => {
        concat!("(select id from nodes where heartbeat_at + lease_ms > ", $now, ")")
    };
}
pub(crate) use live_nodes;

handle!(
    /// Processes that serve the database.
    Nodes
);

impl Nodes<'_> {
    /// The time by the clock that decides for all nodes: PostgreSQL's, or on SQLite the process's own.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn now(self, of_process: Timestamp) -> Result<Timestamp, DbError> {
        match self.db.backend() {
            Backend::Sqlite { .. } => Ok(of_process),
            Backend::Postgres(pool) => {
                // Not `now()`, which is when the transaction began.
                let statement = "select cast(extract(epoch from clock_timestamp()) * 1000 as bigint)";
                Ok(Timestamp(sqlx::query_scalar(statement).fetch_one(pool).await?))
            }
        }
    }

    /// Registers a node. One that serves alone forgets all others: they are gone, whatever their leases say.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn register(
        self,
        node: &NewNode,
        serves_alone: bool,
        of_process: Timestamp,
    ) -> Result<(), DbError> {
        let now = self.now(of_process).await?;
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            if serves_alone {
                sqlx::query("delete from nodes").execute(&mut *connection).await?;
            }
            sqlx::query(
                "insert into nodes (id, version, node_url, started_at, heartbeat_at, lease_ms, created_at) \
                 values ($1, $2, $3, $4, $4, $5, $4)",
            )
            .bind(node.id.to_string())
            .bind(&node.version)
            .bind(&node.node_url)
            .bind(now.0)
            .bind(node.lease_ms)
            .execute(connection)
            .await?;
        });
        Ok(tx.commit().await?)
    }

    /// Renews a node's heartbeat and says what it does; false, and nothing has changed, where its lease is over or it
    /// is not registered. One that serves alone has no lease to lose.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn beat(
        self,
        node: NodeId,
        load: &NodeLoad,
        serves_alone: bool,
        of_process: Timestamp,
    ) -> Result<bool, DbError> {
        let now = self.now(of_process).await?;
        let mut tx = self.db.begin().await?;
        let renewed_count = on_tx!(&mut tx, connection => {
            sqlx::query(
                "update nodes set heartbeat_at = $1, connection_count = $2, room_count = $3, call_count = $4, \
                 memory_bytes = $5, is_draining = $6 where id = $7 and (heartbeat_at + lease_ms > $1 or $8)",
            )
            .bind(now.0)
            .bind(load.connection_count)
            .bind(load.room_count)
            .bind(load.call_count)
            .bind(load.memory_bytes)
            .bind(load.is_draining)
            .bind(node.to_string())
            .bind(serves_alone)
            .execute(connection)
            .await?
            .rows_affected()
        });
        tx.commit().await?;
        Ok(renewed_count != 0)
    }

    /// Every node, dead ones too, in the order of their starts, and the time by which they are.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn list(self, of_process: Timestamp) -> Result<(Timestamp, Vec<NodeRecord>), DbError> {
        // First the time: whoever has a heartbeat meanwhile must not look dead.
        let now = self.now(of_process).await?;
        let nodes = on_readers!(self.db, pool => {
            sqlx::query_as("select * from nodes order by started_at, id").fetch_all(pool).await?
        });
        Ok((now, nodes))
    }

    /// Takes a node out that stops in good order, with everything it has claimed in `node_claims`.
    ///
    /// # Errors
    /// When storage fails; then it counts as dead once its lease is over.
    pub async fn leave(self, node: NodeId) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query("delete from node_claims where node_id = $1")
                .bind(node.to_string())
                .execute(&mut *connection)
                .await?;
            sqlx::query("delete from nodes where id = $1").bind(node.to_string()).execute(connection).await?;
        });
        Ok(tx.commit().await?)
    }

    /// Forgets nodes whose last heartbeat is older than `kept_ms`, and claims that nobody holds any more.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn forget(self, kept_ms: i64, of_process: Timestamp) -> Result<(), DbError> {
        let now = self.now(of_process).await?;
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query("delete from nodes where heartbeat_at <= $1 and heartbeat_at + lease_ms <= $2")
                .bind(now.0 - kept_ms)
                .bind(now.0)
                .execute(&mut *connection)
                .await?;
            sqlx::query(concat!("delete from node_claims where node_id not in ", live_nodes!("$1")))
                .bind(now.0)
                .execute(&mut *connection)
                .await?;
            // Nobody says when a reply that waited has been settled.
            sqlx::query(
                "delete from node_claims where kind = 'pending_reply' \
                 and key not in (select id from conversations where pending_reply is not null)",
            )
            .execute(connection)
            .await?;
        });
        Ok(tx.commit().await?)
    }
}
