//! From where visitors came last.

use rooms::{OrgId, Timestamp, UserId};

use super::visitors::Visitors;
use crate::db::{DbError, on_readers, on_tx};

impl Visitors<'_> {
    /// The address from which a visitor of an org began last, where it is still kept.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn address(self, org: OrgId, visitor: UserId) -> Result<Option<String>, DbError> {
        let address: Option<Option<String>> = on_readers!(self.db, pool => {
            sqlx::query_scalar("select address from visitors where id = $1 and org_id = $2")
                .bind(visitor.to_string())
                .bind(org.to_string())
                .fetch_optional(pool)
                .await?
        });
        Ok(address.flatten())
    }

    /// Forgets at most `most` addresses that were last seen before a moment; gives back how many.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn forget_addresses(self, before: Timestamp, most: i64) -> Result<u64, DbError> {
        let mut tx = self.db.begin().await?;
        let count = on_tx!(&mut tx, connection => {
            sqlx::query(
                "update visitors set address = null, address_at = null where id in \
                 (select id from visitors where address is not null and address_at < $1 limit $2)",
            )
            .bind(before.0)
            .bind(most)
            .execute(connection)
            .await?
            .rows_affected()
        });
        tx.commit().await?;
        Ok(count)
    }
}
