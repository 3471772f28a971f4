//! Removes notifications that are older than they are kept, and the oldest of agents who have too many.

use std::time::Duration;

use crate::base::Base;
use crate::clock::{self, DAY_MS};
use crate::db::DbError;
use crate::refusal::log_unanswered;

const PERIOD: Duration = Duration::from_secs(3_600);

/// Agents whose oldest are removed in one turn.
const AGENTS_AT_ONCE: i64 = 1_000;

/// Removes them once an hour until the server stops.
pub(super) async fn run(base: Base) {
    let days = i64::try_from(base.settings.notifications_kept_d).unwrap_or(i64::MAX / DAY_MS);
    loop {
        base.claims.turn_to_sweep().await;
        match forget(&base, days).await {
            Ok(0) => {}
            Ok(count) => tracing::info!("deleted {count} notifications older than {days} days"),
            Err(error) => log_unanswered(&error, "could not delete old notifications"),
        }
        if let Err(error) = trim(&base).await {
            log_unanswered(&error, "could not delete notifications of agents who have too many");
        }
        tokio::time::sleep(PERIOD).await;
    }
}

/// Removes the oldest of agents who have too many.
async fn trim(base: &Base) -> Result<(), DbError> {
    let most = i64::try_from(base.settings.member_notifications_max).unwrap_or(i64::MAX);
    for (org, agent) in base.db.notifications().with_more_than(most, AGENTS_AT_ONCE).await? {
        loop {
            let began = clock::instant();
            if base.db.notifications().trim(org, agent, most).await? == 0 {
                break;
            }
            tokio::time::sleep(began.elapsed()).await;
        }
    }
    Ok(())
}

/// Removes all that are older, a part at a time.
async fn forget(base: &Base, days: i64) -> Result<u64, DbError> {
    let (before, mut count) = (base.now().plus_ms(-days * DAY_MS), 0);
    loop {
        let began = clock::instant();
        let removed = base.db.notifications().forget(before).await?;
        count += removed;
        if removed == 0 {
            return Ok(count);
        }
        // Messages are committed in between.
        tokio::time::sleep(began.elapsed()).await;
    }
}
