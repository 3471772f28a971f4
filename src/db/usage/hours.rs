//! Sums of usage by hour and channel, as they are written.

use crate::db::engine::database::Tx;
use crate::db::{DbError, on_tx};
use crate::model::UsageRow;

const HOUR_MS: i64 = 3_600_000;

/// Adds an event to the sums of its hour.
pub(super) async fn add_to_hour(tx: &mut Tx, row: &UsageRow) -> Result<(), DbError> {
    on_tx!(tx, connection => {
        sqlx::query(
            "insert into usage_hours (org_id, hour, channel_id, kind, model, request_count, failed_count, input_tokens, \
             output_tokens, duration_ms, cost_nano_usd) values ($1, $2, $3, $4, $5, 1, $6, $7, $8, $9, $10) \
             on conflict (org_id, hour, channel_id, kind, model) do update set \
             request_count = usage_hours.request_count + 1, failed_count = usage_hours.failed_count + excluded.failed_count, \
             input_tokens = usage_hours.input_tokens + excluded.input_tokens, \
             output_tokens = usage_hours.output_tokens + excluded.output_tokens, \
             duration_ms = usage_hours.duration_ms + excluded.duration_ms, \
             cost_nano_usd = usage_hours.cost_nano_usd + excluded.cost_nano_usd",
        )
        .bind(row.org_id.to_string()).bind(row.created_at.div_euclid(HOUR_MS))
        .bind(row.channel_id.map(|id| id.to_string()).unwrap_or_default()).bind(&row.kind).bind(&row.model)
        .bind(i64::from(!row.success)).bind(row.input_tokens).bind(row.output_tokens).bind(row.duration_ms)
        .bind(row.cost_nano_usd)
        .execute(connection).await?;
    });
    Ok(())
}
