//! Stores what is reported, in batches; tells of suspicious addresses; forgets what is old.

use std::collections::BTreeSet;
use std::time::Duration;

use rooms::OrgId;

use super::security::{SUSPICIOUS_EVENTS, Security};
use crate::clock::DAY_MS;
use crate::db::DbError;
use crate::model::{FoldedEvents, SecurityKey, SecurityKind, Suspicion};
use crate::refusal::log_unanswered;

/// Events of this time are written together: one transaction each, whatever comes.
const BATCH_TIME: Duration = Duration::from_secs(1);
/// Interval between deletions of old rows.
const FORGET_PERIOD: Duration = Duration::from_secs(3_600);
/// Rows removed by one transaction.
const STEP: i64 = 1_000;
/// Rows that are kept at most, whatever their age: an attack that lasts must not fill the disk.
const ROWS_MAX: i64 = 1_000_000;
const HOUR_MS: i64 = 3_600_000;
/// Alerts of one org, or of the platform, in an hour; of an address there is one a day.
const ALERTS_PER_HOUR: i64 = 5;

impl Security {
    /// Stores what is reported, until the server stops.
    pub(super) async fn store_events(self) {
        loop {
            self.base.guard.reported().await;
            tokio::time::sleep(BATCH_TIME).await;
            if let Err(error) = self.store_reported().await {
                log_unanswered(&error, "could not store security events");
            }
        }
    }

    /// Stores what has been reported so far, and tells of addresses that became suspicious by it.
    ///
    /// # Errors
    /// When storage fails; what could not be stored waits on.
    pub async fn store_reported(&self) -> Result<(), DbError> {
        for asked in self.base.guard.take_unknown_ids() {
            if self.db().security_events().is_of_another_org(asked.org, &asked.id).await? {
                self.base.guard.report(asked.event);
            }
        }
        let batch = self.base.guard.take_events();
        if batch.is_empty() {
            return Ok(());
        }
        if let Err(error) = self.db().security_events().add(&batch).await {
            self.base.guard.put_back(batch);
            return Err(error);
        }
        self.tell_of_suspicious(&batch).await
    }

    async fn tell_of_suspicious(&self, batch: &[(SecurityKey, FoldedEvents)]) -> Result<(), DbError> {
        // What is blocked already needs nobody's attention.
        let counted = batch.iter().filter(|(key, _)| key.kind != SecurityKind::Blocked);
        let addresses: BTreeSet<(Option<OrgId>, &str)> =
            counted.filter_map(|(key, _)| Some((key.org, key.address.as_deref()?))).collect();
        for (org, address) in addresses {
            self.tell_of(org, address).await?;
        }
        Ok(())
    }

    async fn tell_of(&self, org: Option<OrgId>, address: &str) -> Result<(), DbError> {
        let (events, now) = (self.db().security_events(), self.base.now());
        let day_ago = now.plus_ms(-DAY_MS);
        let event_count = events.count_from(org, address, day_ago).await?;
        if event_count < SUSPICIOUS_EVENTS {
            return Ok(());
        }
        let hour_ago = now.plus_ms(-HOUR_MS);
        if !events.claim_alert(org, address, now, day_ago, hour_ago, ALERTS_PER_HOUR).await? {
            return Ok(());
        }
        let suspicion = Suspicion { org, address: address.to_owned(), event_count };
        match self.listener.get() {
            Some(listener) => listener.became_suspicious(&suspicion).await,
            None => Ok(()),
        }
    }

    /// Removes what is old, now and every hour; it never ends by itself.
    pub(super) async fn forget(self) {
        loop {
            self.base.claims.turn_to_sweep().await;
            match self.forget_old().await {
                Ok(0) => {}
                Ok(count) => {
                    tracing::info!(count, "removed {count} old rows of security events and addresses")
                }
                Err(error) => log_unanswered(&error, "could not remove old security events"),
            }
            tokio::time::sleep(FORGET_PERIOD).await;
        }
    }

    /// Removes events and addresses of visitors, also those in events of usage, that are past their time; gives back how many. Safe to repeat.
    ///
    /// # Errors
    /// When storage fails; then the rest stays until the next time.
    pub async fn forget_old(&self) -> Result<u64, DbError> {
        let days = i64::try_from(self.base.settings.security_events_kept_d).unwrap_or(i64::MAX / DAY_MS);
        let before = self.base.now().plus_ms(-days.saturating_mul(DAY_MS));
        let overflow = self.db().security_events().overflow(ROWS_MAX).await?;
        let events_before = overflow.map_or(before, |at| at.max(before));
        let mut count = 0;
        loop {
            let events = self.db().security_events().forget(events_before, STEP).await?;
            let addresses = self.db().visitors().forget_addresses(before, STEP).await?;
            let of_usage = self.db().usage().forget_addresses(before, STEP).await?;
            count += events + addresses + of_usage;
            if events.max(addresses).max(of_usage) < STEP as u64 {
                return Ok(count);
            }
        }
    }
}
