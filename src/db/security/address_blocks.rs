//! Addresses that are shut out, stored and in memory.

use rooms::{OrgId, Timestamp};

use crate::db::{DbError, handle, on_readers, on_tx, record};
use crate::model::{AddressBlock, AddressBlockId};

record!(AddressBlock { id, org_id, ip_range, reason, blocked_by, created_at, expires_at });

handle!(
    /// Addresses that are shut out.
    AddressBlocks
);

/// What became of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockOutcome {
    /// It stands.
    Added,
    /// The list is full.
    Full,
}

fn text(org: Option<OrgId>) -> String {
    org.map(|org| org.to_string()).unwrap_or_default()
}

impl AddressBlocks<'_> {
    /// Every block of every org and of the platform that has not ended.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn all(self, now: Timestamp) -> Result<Vec<AddressBlock>, DbError> {
        Ok(on_readers!(self.db, pool => {
            sqlx::query_as(
                "select id, nullif(org_id, '') as org_id, ip_range, reason, blocked_by, created_at, expires_at \
                 from address_blocks where expires_at is null or expires_at > $1",
            )
            .bind(now.0)
            .fetch_all(pool)
            .await?
        }))
    }

    /// Blocks of an org, or of the platform, the newest first.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn list(self, org: Option<OrgId>, now: Timestamp) -> Result<Vec<AddressBlock>, DbError> {
        Ok(on_readers!(self.db, pool => {
            sqlx::query_as(
                "select id, nullif(org_id, '') as org_id, ip_range, reason, blocked_by, created_at, expires_at \
                 from address_blocks where org_id = $1 and (expires_at is null or expires_at > $2) order by id desc",
            )
            .bind(text(org))
            .bind(now.0)
            .fetch_all(pool)
            .await?
        }))
    }

    /// Adds a block, over an older one of the same range.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn add(self, block: &AddressBlock, most: i64) -> Result<BlockOutcome, DbError> {
        let org_id = text(block.org_id);
        let mut tx = self.db.begin().await?;
        let is_full = on_tx!(&mut tx, connection => {
            sqlx::query("delete from address_blocks where org_id = $1 and (ip_range = $2 or expires_at <= $3)")
                .bind(&org_id)
                .bind(&block.ip_range)
                .bind(block.created_at)
                .execute(&mut *connection)
                .await?;
            let count: i64 = sqlx::query_scalar("select count(*) from address_blocks where org_id = $1")
                .bind(&org_id)
                .fetch_one(&mut *connection)
                .await?;
            if count < most {
                sqlx::query(
                    "insert into address_blocks (id, org_id, ip_range, reason, blocked_by, created_at, expires_at) \
                     values ($1, $2, $3, $4, $5, $6, $7)",
                )
                .bind(block.id.to_string())
                .bind(&org_id)
                .bind(&block.ip_range)
                .bind(&block.reason)
                .bind(&block.blocked_by)
                .bind(block.created_at)
                .bind(block.expires_at)
                .execute(connection)
                .await?;
            }
            count >= most
        });
        if is_full {
            return Ok(BlockOutcome::Full);
        }
        tx.commit().await?;
        Ok(BlockOutcome::Added)
    }

    /// Removes a block; true when there was one.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn remove(self, org: Option<OrgId>, id: AddressBlockId) -> Result<bool, DbError> {
        let mut tx = self.db.begin().await?;
        let removed = on_tx!(&mut tx, connection => {
            sqlx::query("delete from address_blocks where org_id = $1 and id = $2")
                .bind(text(org))
                .bind(id.to_string())
                .execute(connection)
                .await?
                .rows_affected()
        });
        if removed != 0 {
            tx.commit().await?;
        }
        Ok(removed != 0)
    }
}
