//! Addresses that stand out, and of whom people were told.

use rooms::{OrgId, Timestamp};

use super::events::SecurityEvents;
use crate::db::{DbError, on_readers, on_tx, record};
use crate::model::AddressFigures;

record!(AddressFigures { address, event_count, last_at });

fn text(org: Option<OrgId>) -> String {
    org.map(|org| org.to_string()).unwrap_or_default()
}

impl SecurityEvents<'_> {
    /// Addresses with at least so many events since a moment, the busiest first; of one org, or of all.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn busiest(
        self,
        org: Option<OrgId>,
        since: Timestamp,
        least: i64,
        limit: i64,
    ) -> Result<Vec<AddressFigures>, DbError> {
        Ok(on_readers!(self.db, pool => {
            sqlx::query_as(
                "select address, cast(sum(event_count) as bigint) as event_count, max(last_at) as last_at \
                 from security_events where ($1 = '' or org_id = $1) and last_at >= $2 and address <> '' \
                 group by address having sum(event_count) >= $3 order by 2 desc, 1 limit $4",
            )
            .bind(text(org))
            .bind(since.0)
            .bind(least)
            .bind(limit)
            .fetch_all(pool)
            .await?
        }))
    }

    /// How many events of an org, or of none, came from an address since a moment.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn count_from(
        self,
        org: Option<OrgId>,
        address: &str,
        since: Timestamp,
    ) -> Result<i64, DbError> {
        Ok(on_readers!(self.db, pool => {
            sqlx::query_scalar(
                "select cast(coalesce(sum(event_count), 0) as bigint) from security_events \
                 where org_id = $1 and address = $2 and last_at >= $3",
            )
            .bind(text(org))
            .bind(address)
            .bind(since.0)
            .fetch_one(pool)
            .await?
        }))
    }

    /// Notes that people are told of an address, unless they were since a moment, or were told of so many addresses
    /// within the hour. True where they are to be told.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn claim_alert(
        self,
        org: Option<OrgId>,
        address: &str,
        now: Timestamp,
        quiet_since: Timestamp,
        hour_ago: Timestamp,
        most: i64,
    ) -> Result<bool, DbError> {
        let mut tx = self.db.begin().await?;
        let claimed = on_tx!(&mut tx, connection => {
            let told: i64 = sqlx::query_scalar(
                "select count(*) from security_alerts where org_id = $1 and created_at > $2",
            )
            .bind(text(org))
            .bind(hour_ago.0)
            .fetch_one(&mut *connection)
            .await?;
            if told >= most {
                return Ok(false);
            }
            sqlx::query(
                "insert into security_alerts (org_id, address, created_at) values ($1, $2, $3) \
                 on conflict (org_id, address) do update set created_at = excluded.created_at \
                 where security_alerts.created_at <= $4",
            )
            .bind(text(org))
            .bind(address)
            .bind(now.0)
            .bind(quiet_since.0)
            .execute(&mut *connection)
            .await?
            .rows_affected()
        });
        on_tx!(&mut tx, connection => {
            sqlx::query("delete from security_alerts where created_at < $1").bind(quiet_since.0).execute(connection).await?;
        });
        tx.commit().await?;
        Ok(claimed == 1)
    }
}
