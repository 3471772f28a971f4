//! Whether every chain is whole.

use super::chain::Walk;
use super::list::Audit;
use crate::db::{DbError, on_readers};
use crate::model::{AuditCheck, AuditRow};

/// Rows read at once.
const STEP: i64 = 1_000;

/// What is stored of a chain besides its rows.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
struct Head {
    org_id: String,
    last_seq: i64,
    last_hash: String,
    removed_seq: i64,
    removed_hash: String,
}

impl Audit<'_> {
    /// Walks along every chain, also while a server writes.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn check(self) -> Result<Vec<AuditCheck>, DbError> {
        let ids: Vec<String> = on_readers!(self.db, pool => {
            sqlx::query_scalar("select org_id from audit_chains union select org_id from audit_rows order by org_id")
                .fetch_all(pool)
                .await?
        });
        let mut checks = Vec::new();
        for id in ids {
            let head = self.head(&id).await?;
            let fault = self.fault_of(&id, head.clone()).await?;
            let row_count = head.map_or(0, |head| head.last_seq - head.removed_seq);
            checks.push(AuditCheck { org: id.parse().ok(), row_count, fault });
        }
        Ok(checks)
    }

    async fn fault_of(self, id: &str, mut head: Option<Head>) -> Result<Option<String>, DbError> {
        loop {
            let Some(known) = head else {
                return Ok(Some("its rows belong to no chain".to_owned()));
            };
            let fault = self.walk(&known).await?;
            head = self.head(id).await?;
            // Retention may have removed what was about to be read.
            if fault.is_none() || head.as_ref().is_some_and(|now| now.removed_seq == known.removed_seq) {
                return Ok(fault);
            }
        }
    }

    async fn walk(self, head: &Head) -> Result<Option<String>, DbError> {
        if self.has_rows_outside(&head.org_id).await? {
            return Ok(Some("it has rows outside of its chain".to_owned()));
        }
        let mut walk = Walk::behind(&head.org_id, head.removed_seq, &head.removed_hash);
        loop {
            let rows = self.rows_behind(&head.org_id, walk.seq(), head.last_seq).await?;
            let is_last = (rows.len() as i64) < STEP;
            for row in &rows {
                if let Err(fault) = walk.step(row) {
                    return Ok(Some(fault));
                }
            }
            if is_last {
                return Ok(walk.end(head.last_seq, &head.last_hash).err());
            }
        }
    }

    async fn head(self, id: &str) -> Result<Option<Head>, DbError> {
        Ok(on_readers!(self.db, pool => {
            sqlx::query_as("select * from audit_chains where org_id = $1").bind(id).fetch_optional(pool).await?
        }))
    }

    /// Whether rows stand before or behind the chain, by one statement: while a server writes, two would differ.
    async fn has_rows_outside(self, id: &str) -> Result<bool, DbError> {
        let count: i64 = on_readers!(self.db, pool => {
            sqlx::query_scalar(
                "select count(*) from audit_rows r join audit_chains c on c.org_id = r.org_id \
                 where r.org_id = $1 and (r.seq > c.last_seq or r.seq <= c.removed_seq)",
            )
            .bind(id)
            .fetch_one(pool)
            .await?
        });
        Ok(count != 0)
    }

    async fn rows_behind(self, id: &str, seq: i64, last_seq: i64) -> Result<Vec<AuditRow>, DbError> {
        Ok(on_readers!(self.db, pool => {
            sqlx::query_as("select * from audit_rows where org_id = $1 and seq > $2 and seq <= $3 order by seq limit $4")
                .bind(id)
                .bind(seq)
                .bind(last_seq)
                .bind(STEP)
                .fetch_all(pool)
                .await?
        }))
    }
}
