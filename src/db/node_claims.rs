//! What one node does at a time and has no row of its own: a claim names the node, and is void when that is dead.

use rooms::{OrgId, Timestamp};

use crate::db::{DbError, handle, live_nodes, on_readers, on_tx};
use crate::model::{ClaimKind, NodeId};

handle!(
    /// What one node does at a time.
    NodeClaims
);

impl NodeClaims<'_> {
    /// Takes a claim for a live node; true where the node has it now, also where it had it before. A claim of a dead
    /// node is taken over, by one node only.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn take(
        self,
        (kind, key): (ClaimKind, &str),
        org: Option<OrgId>,
        node: NodeId,
        of_process: Timestamp,
    ) -> Result<bool, DbError> {
        let now = self.db.nodes().now(of_process).await?;
        if self.insert((kind, key), org, node, now).await? {
            return Ok(true);
        }
        let Some((holder, is_live)) = self.holder(kind, key, now).await? else {
            // It was released in between.
            return self.insert((kind, key), org, node, now).await;
        };
        if is_live {
            return Ok(holder == node.to_string());
        }
        self.take_over((kind, key), &holder, node, now).await
    }

    /// Gives a claim up that the node has.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn release(self, kind: ClaimKind, key: &str, node: NodeId) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query("delete from node_claims where kind = $1 and key = $2 and node_id = $3")
                .bind(kind.as_str())
                .bind(key)
                .bind(node.to_string())
                .execute(connection)
                .await?;
        });
        Ok(tx.commit().await?)
    }

    /// Takes a claim that nobody has, where the node lives.
    async fn insert(
        self,
        (kind, key): (ClaimKind, &str),
        org: Option<OrgId>,
        node: NodeId,
        now: Timestamp,
    ) -> Result<bool, DbError> {
        let mut tx = self.db.begin().await?;
        let inserted_count = on_tx!(&mut tx, connection => {
            sqlx::query(concat!(
                "insert into node_claims (kind, key, org_id, node_id, claimed_at, created_at) \
                 select $1, $2, $3, id, $5, $5 from nodes where id = $4 and id in ",
                live_nodes!("$5"),
                " on conflict (kind, key) do nothing"
            ))
            .bind(kind.as_str())
            .bind(key)
            .bind(org.map(|org| org.to_string()))
            .bind(node.to_string())
            .bind(now.0)
            .execute(connection)
            .await?
            .rows_affected()
        });
        tx.commit().await?;
        Ok(inserted_count != 0)
    }

    /// Who has a claim, and whether they live.
    async fn holder(
        self,
        kind: ClaimKind,
        key: &str,
        now: Timestamp,
    ) -> Result<Option<(String, bool)>, DbError> {
        Ok(on_readers!(self.db, pool => {
            sqlx::query_as(concat!(
                "select node_id, node_id in ",
                live_nodes!("$3"),
                " from node_claims where kind = $1 and key = $2"
            ))
            .bind(kind.as_str())
            .bind(key)
            .bind(now.0)
            .fetch_optional(pool)
            .await?
        }))
    }

    /// Takes a claim of a dead node over: compare and set, so that of two who do one fails. The holder stays dead.
    async fn take_over(
        self,
        (kind, key): (ClaimKind, &str),
        holder: &str,
        node: NodeId,
        now: Timestamp,
    ) -> Result<bool, DbError> {
        let mut tx = self.db.begin().await?;
        let taken_count = on_tx!(&mut tx, connection => {
            sqlx::query(concat!(
                "update node_claims set node_id = $1, claimed_at = $2 \
                 where kind = $3 and key = $4 and node_id = $5 and $1 in ",
                live_nodes!("$2")
            ))
            .bind(node.to_string())
            .bind(now.0)
            .bind(kind.as_str())
            .bind(key)
            .bind(holder)
            .execute(connection)
            .await?
            .rows_affected()
        });
        tx.commit().await?;
        Ok(taken_count != 0)
    }
}
