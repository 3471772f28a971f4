//! The notification service and its jobs.

use std::sync::Arc;
use std::time::Duration;

use rooms::{OrgId, Timestamp};

use super::events::events_of;
use crate::base::Base;
use crate::clock::DAY_MS;
use crate::crypto::MasterKeys;
use crate::db::DbError;
use crate::mail::Mailer;
use crate::model::{NewMail, Role};
use crate::org_settings::OrgSettings;
use crate::refusal::log_unanswered;

/// Refresh interval for webhooks created by another process.
const REFRESH_PERIOD: Duration = Duration::from_secs(3);
/// Interval between deletions of old deliveries and emails.
const FORGET_PERIOD: Duration = Duration::from_secs(3_600);
/// Maximum members searched for owners.
const MEMBERS_PAGE: i64 = 200;

/// What notifying stands on.
#[derive(Debug)]
pub struct NotifierParts {
    /// The database, the clock, the settings, the tasks.
    pub base: Base,
    /// Seals and opens secrets.
    pub keys: Arc<MasterKeys>,
    /// What orgs set.
    pub org_settings: OrgSettings,
    /// Sends mails.
    pub mailer: Mailer,
}

/// Tells the world of what happens. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Notifier {
    pub(super) parts: Arc<NotifierParts>,
}

impl Notifier {
    /// A notifier over its parts: from now on commits write deliveries, which [`Notifier::start`] sends.
    #[must_use]
    pub fn new(parts: NotifierParts) -> Self {
        parts.base.db.webhooks().write_with(events_of);
        Self { parts: Arc::new(parts) }
    }

    /// Lets go of deliveries that nodes had claimed which are gone.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn recover(&self) -> Result<(), DbError> {
        self.parts.base.db.deliveries().release(self.now()).await?;
        // Mails need no release: what nobody sends any more is due.
        self.parts.base.db.mails().wake();
        Ok(())
    }

    /// Sends what is due and forgets what is old.
    pub fn start(&self) {
        let base = &self.parts.base;
        base.spawn_until_stop(self.clone().deliver());
        base.spawn_until_stop(self.clone().send_mails());
        base.spawn_until_stop(self.clone().watch_webhooks());
        base.spawn_until_stop(self.clone().forget());
        base.spawn_until_stop(self.clone().send_digests());
    }

    /// Queues mails to people: one each.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn queue_mails(&self, org: OrgId, mails: &[NewMail]) -> Result<(), DbError> {
        self.parts.base.db.mails().queue(org, mails, self.now()).await
    }

    /// The addresses that were set, otherwise those of the owners.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn addresses(&self, org: OrgId, set: &[String]) -> Result<Vec<String>, DbError> {
        let set: Vec<String> =
            set.iter().map(|one| one.trim().to_owned()).filter(|one| !one.is_empty()).collect();
        if !set.is_empty() {
            return Ok(set);
        }
        let (mut owners, mut after) = (Vec::new(), None);
        loop {
            let page = self.parts.base.db.members().list(org, after, MEMBERS_PAGE).await?;
            let Some(last) = page.last() else { return Ok(owners) };
            after = Some(last.id);
            let active = page.into_iter().filter(|member| member.active && member.role == Role::Owner);
            owners.extend(active.map(|owner| owner.email));
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.parts.base.now()
    }

    async fn watch_webhooks(self) {
        loop {
            tokio::time::sleep(REFRESH_PERIOD).await;
            if let Err(error) = self.parts.base.db.webhooks().refresh_orgs().await {
                log_unanswered(&error, "could not store or load deliveries");
            }
        }
    }

    async fn forget(self) {
        let days =
            i64::try_from(self.parts.base.settings.webhook_deliveries_kept_d).unwrap_or(i64::MAX / DAY_MS);
        loop {
            self.parts.base.claims.turn_to_sweep().await;
            match self.parts.base.db.deliveries().forget(self.now().plus_ms(-days * DAY_MS)).await {
                Ok(0) => {}
                Ok(count) => tracing::info!("deleted {count} deliveries and emails older than {days} days"),
                Err(error) => log_unanswered(&error, "could not store or load deliveries"),
            }
            tokio::time::sleep(FORGET_PERIOD).await;
        }
    }
}
