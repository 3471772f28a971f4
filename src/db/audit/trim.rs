//! Retention: rows leave from the old end, and the hash of the last one stays as the anchor of what follows.

use rooms::{OrgId, Timestamp};

use super::list::Audit;
use crate::db::{DbError, on_readers, on_tx};

impl Audit<'_> {
    /// Every org that has a chain; none is the platform.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn chains(self) -> Result<Vec<Option<OrgId>>, DbError> {
        let ids: Vec<String> = on_readers!(self.db, pool => {
            sqlx::query_scalar("select org_id from audit_chains order by org_id").fetch_all(pool).await?
        });
        let parse = |id: String| match id.parse() {
            _ if id.is_empty() => Ok(None),
            Ok(org) => Ok(Some(org)),
            Err(_) => Err(DbError::Corrupt { what: "audit chain", id }),
        };
        ids.into_iter().map(parse).collect()
    }

    /// Removes at most `most` rows from the old end of a chain, those that stand before every row of `before` or later;
    /// gives back how many. Safe to repeat.
    ///
    /// # Errors
    /// When storage fails; then nothing is removed.
    pub async fn trim(self, org: Option<OrgId>, before: Timestamp, most: i64) -> Result<u64, DbError> {
        let org_id = org.map(|org| org.to_string()).unwrap_or_default();
        let mut tx = self.db.begin().await?;
        // SQLite has one writer as it is.
        let head = if tx.is_postgres() {
            "select removed_seq, last_seq from audit_chains where org_id = $1 for update"
        } else {
            "select removed_seq, last_seq from audit_chains where org_id = $1"
        };
        let removed_count = on_tx!(&mut tx, connection => {
            let head: Option<(i64, i64)> = sqlx::query_as(head).bind(&org_id).fetch_optional(&mut *connection).await?;
            let Some((removed_seq, last_seq)) = head else { return Ok(0) };
            let first_kept: Option<i64> =
                sqlx::query_scalar("select min(seq) from audit_rows where org_id = $1 and created_at >= $2")
                    .bind(&org_id)
                    .bind(before.0)
                    .fetch_one(&mut *connection)
                    .await?;
            let until = first_kept.map_or(last_seq, |seq| seq - 1).min(removed_seq + most);
            if until <= removed_seq {
                return Ok(0);
            }
            sqlx::query(
                "update audit_chains set removed_seq = $2, \
                 removed_hash = (select hash from audit_rows where org_id = $1 and seq = $2) where org_id = $1",
            )
            .bind(&org_id)
            .bind(until)
            .execute(&mut *connection)
            .await?;
            sqlx::query("delete from audit_rows where org_id = $1 and seq <= $2")
                .bind(&org_id)
                .bind(until)
                .execute(connection)
                .await?
                .rows_affected()
        });
        tx.commit().await?;
        Ok(removed_count)
    }
}
