//! Retention: what is older than `audit_retention_days` leaves from the old end of each chain.

use std::time::Duration;

use rooms::OrgId;

use super::service::Audit;
use crate::clock::DAY_MS;
use crate::db::DbError;

/// Interval between looks.
const PERIOD: Duration = Duration::from_secs(3_600);
/// Rows removed by one transaction, so that nobody waits long for the writer.
const STEP: i64 = 500;

impl Audit {
    /// Removes what is old, now and every hour; it never ends by itself.
    pub(super) async fn remove_old(self) {
        loop {
            self.base.claims.turn_to_sweep().await;
            match self.remove_expired().await {
                Ok(0) => {}
                Ok(count) => {
                    tracing::info!(count, "removed {count} rows of the audit log that are past their time")
                }
                Err(error) => tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "could not remove old rows of the audit log"
                ),
            }
            tokio::time::sleep(PERIOD).await;
        }
    }

    /// Removes what is older than its org keeps; gives back how many rows. Safe to repeat.
    ///
    /// # Errors
    /// When storage fails; then the rest stays until the next time.
    pub async fn remove_expired(&self) -> Result<u64, DbError> {
        let mut count = 0;
        for org in self.db().audit().chains().await? {
            count += self.remove_expired_of(org).await?;
        }
        Ok(count)
    }

    async fn remove_expired_of(&self, org: Option<OrgId>) -> Result<u64, DbError> {
        let days = self.days.audit_days(org).await?;
        let days = i64::try_from(days).unwrap_or(i64::MAX / DAY_MS);
        let before = self.base.now().plus_ms(-days.saturating_mul(DAY_MS));
        let mut count = 0;
        loop {
            let removed = self.db().audit().trim(org, before, STEP).await?;
            count += removed;
            if removed < STEP as u64 {
                return Ok(count);
            }
        }
    }
}
