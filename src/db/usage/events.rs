//! Usage events, and their sums by day and by hour.

use rooms::{OrgId, Timestamp};

use super::hours::add_to_hour;
use crate::db::{DbError, handle, on_readers, on_tx, record};
use crate::model::{UsageDay, UsageEventId, UsageRow};

record!(UsageDay {
    day,
    kind,
    model,
    request_count,
    failed_count,
    input_tokens,
    output_tokens,
    duration_ms,
    cost_nano_usd
});

record!(UsageRow {
    id,
    org_id,
    channel_id,
    conversation_id,
    request_id,
    endpoint,
    address,
    provider,
    model,
    kind,
    input_tokens,
    cached_input_tokens,
    output_tokens,
    duration_ms,
    cost_nano_usd,
    latency_ms,
    success,
    is_estimate,
    created_at
});

handle!(
    /// Usage events and their sums.
    Usage
);

impl Usage<'_> {
    /// Stores an event and adds it to the sums of its day (`YYYY-MM-DD`, UTC) and hour. Storing it again changes nothing.
    /// Without an address it gets the one from which its visitor came last; of a conversation that is gone it says nothing.
    ///
    /// # Errors
    /// When storage fails; then nothing has changed.
    pub async fn add(self, row: &UsageRow, day: &str) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        let added = on_tx!(&mut tx, connection => {
            sqlx::query(
                "insert into usage_events (id, org_id, channel_id, conversation_id, request_id, endpoint, address, provider, \
                 model, kind, input_tokens, cached_input_tokens, output_tokens, duration_ms, cost_nano_usd, latency_ms, \
                 success, is_estimate, created_at) \
                 values ($1, $2, $3, (select c.id from conversations c where c.id = $4 and c.org_id = $2), $5, $6, \
                 coalesce($7, (select v.address from conversations c join visitors v on v.id = c.visitor_id \
                 and v.org_id = c.org_id where c.id = $4 and c.org_id = $2)), \
                 $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19) \
                 on conflict (id) do nothing",
            )
            .bind(row.id.to_string()).bind(row.org_id.to_string()).bind(row.channel_id.map(|id| id.to_string())).bind(row.conversation_id.map(|id| id.to_string())).bind(&row.request_id)
            .bind(&row.endpoint).bind(&row.address).bind(&row.provider).bind(&row.model).bind(&row.kind)
            .bind(row.input_tokens).bind(row.cached_input_tokens).bind(row.output_tokens).bind(row.duration_ms)
            .bind(row.cost_nano_usd).bind(row.latency_ms).bind(row.success).bind(row.is_estimate).bind(row.created_at)
            .execute(connection).await?.rows_affected()
        });
        if added == 1 {
            add_to_hour(&mut tx, row).await?;
            on_tx!(&mut tx, connection => {
                sqlx::query(
                    "insert into usage_days (org_id, day, kind, model, request_count, failed_count, input_tokens, output_tokens, \
                     duration_ms, cost_nano_usd) values ($1, $2, $3, $4, 1, $5, $6, $7, $8, $9) \
                     on conflict (org_id, day, kind, model) do update set \
                     request_count = usage_days.request_count + 1, failed_count = usage_days.failed_count + excluded.failed_count, \
                     input_tokens = usage_days.input_tokens + excluded.input_tokens, \
                     output_tokens = usage_days.output_tokens + excluded.output_tokens, \
                     duration_ms = usage_days.duration_ms + excluded.duration_ms, \
                     cost_nano_usd = usage_days.cost_nano_usd + excluded.cost_nano_usd",
                )
                .bind(row.org_id.to_string()).bind(day).bind(&row.kind).bind(&row.model).bind(i64::from(!row.success))
                .bind(row.input_tokens).bind(row.output_tokens).bind(row.duration_ms).bind(row.cost_nano_usd)
                .execute(connection).await?;
            });
        }
        Ok(tx.commit().await?)
    }

    /// Sums of an org from a day on, oldest first.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn days(self, org: OrgId, from_day: &str) -> Result<Vec<UsageDay>, DbError> {
        Ok(on_readers!(self.db, pool => {
            sqlx::query_as(
                "select day, kind, model, request_count, failed_count, input_tokens, output_tokens, duration_ms, cost_nano_usd \
                 from usage_days where org_id = $1 and day >= $2 order by day, kind, model",
            )
            .bind(org.to_string())
            .bind(from_day)
            .fetch_all(pool)
            .await?
        }))
    }

    /// Events of an org below `before`, newest first.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn events(
        self,
        org: OrgId,
        before: Option<UsageEventId>,
        limit: i64,
    ) -> Result<Vec<UsageRow>, DbError> {
        Ok(on_readers!(self.db, pool => {
            sqlx::query_as(
                "select * from usage_events where org_id = $1 and ($2 = '' or id < $2) order by id desc limit $3",
            )
            .bind(org.to_string())
            .bind(before.map(|id| id.to_string()).unwrap_or_default())
            .bind(limit)
            .fetch_all(pool)
            .await?
        }))
    }

    /// Forgets the addresses of events before a moment, of at most `most`; gives back how many.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn forget_addresses(self, before: Timestamp, most: i64) -> Result<u64, DbError> {
        let mut tx = self.db.begin().await?;
        let count = on_tx!(&mut tx, connection => {
            sqlx::query(
                "update usage_events set address = null where id in \
                 (select id from usage_events where address is not null and created_at < $1 limit $2)",
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
