//! The health of the server: what `switchboard doctor` finds, bounded in time and never twice at once.

use std::time::Duration;

use rooms::Timestamp;
use secrecy::ExposeSecret as _;

use super::examination::{Given, findings};
use super::finding::{Finding, Health, Verdict, finding};
use super::service::Platform;
use crate::auth::{Principal, Right};
use crate::db::{DbError, Inspection};
use crate::refusal::ServiceError;

/// How long the database is looked at; the audit log of a large server takes a while to verify.
const LOOK_MAX: Duration = Duration::from_secs(20);
/// How long what was found is shown to further readers.
const SHOWN_MS: i64 = 10_000;

impl Platform {
    /// What an examination finds now, or found some seconds ago.
    ///
    /// # Errors
    /// `forbidden` to all but platform admins.
    pub async fn health(&self, principal: &Principal) -> Result<Health, ServiceError> {
        Right::ReadPlatformHealth.check(principal)?;
        let mut last = self.shared.last.lock().await;
        let now = self.base().now();
        if let Some(known) = last.as_ref().filter(|known| now.0 - known.at.0 < SHOWN_MS) {
            return Ok(known.clone());
        }
        let found = Health { at: now, findings: self.examine(now).await };
        *last = Some(found.clone());
        Ok(found)
    }

    async fn examine(&self, now: Timestamp) -> Vec<Finding> {
        let settings = self.base().settings.clone();
        let url = settings.database_url.as_ref().map(|url| url.expose_secret());
        let looking = tokio::time::timeout(LOOK_MAX, Inspection::beside(url, &settings.data_dir)).await;
        let inspected = looking.unwrap_or_else(|_| Err(DbError::TimedOut { seconds: LOOK_MAX.as_secs() }));
        let given = Given::read(&|name| std::env::var(name).ok(), &settings).asking(&settings).await;
        let work = move || findings(&settings, &given, &inspected, now.0);
        let examined = tokio::task::spawn_blocking(work).await;
        examined.unwrap_or_else(|_| vec![finding("config", Verdict::Broken, "the examination failed")])
    }
}
