//! Removes conversations that ended long ago, and visitors nobody has heard of since.

use std::time::Duration;

use rooms::{OrgId, Timestamp};

use super::Privacy;
use super::service::RemovalError;
use crate::clock::DAY_MS;

/// How often it is looked for what is kept no longer.
const PERIOD: Duration = Duration::from_secs(3_600);
/// Orgs, conversations and visitors looked at in one go.
const STEP: i64 = 100;

impl Privacy {
    pub(super) async fn retain_always(self) {
        loop {
            self.parts.base.claims.turn_to_sweep().await;
            self.remove_old().await;
            tokio::time::sleep(PERIOD).await;
        }
    }

    /// Removes what every org keeps no longer; one that fails does not keep the others.
    pub(super) async fn remove_old(&self) {
        let mut after = None;
        loop {
            let orgs = match self.parts.base.db.orgs().list(after, STEP).await {
                Ok(orgs) => orgs,
                Err(error) => return crate::refusal::log_unanswered(&error, "storage failed"),
            };
            let Some(last) = orgs.last() else { return };
            after = Some(last.id);
            for org in orgs {
                match self.remove_old_of(org.id).await {
                    Ok(0) => {}
                    Ok(count) => {
                        tracing::info!(org.id = %org.id, count, "removed {count} conversations whose time is over");
                    }
                    Err(error) => {
                        let error = &error as &dyn std::error::Error;
                        tracing::error!(error, org.id = %org.id, "could not remove old conversations");
                    }
                }
            }
        }
    }

    /// Removes what an org keeps no longer; gives how many conversations.
    async fn remove_old_of(&self, org: OrgId) -> Result<usize, RemovalError> {
        let days = self.parts.org_settings.effective(org, None).await?.conversation_days;
        if days == 0 {
            return Ok(0);
        }
        let before = Timestamp(self.parts.base.now().0 - i64::try_from(days).unwrap_or(0) * DAY_MS);
        let mut count = 0;
        loop {
            let ids = self.parts.base.db.conversations().closed_before(org, before, STEP).await?;
            let mut removed = 0;
            for id in &ids {
                // A conversation with a call is not closed; nothing is left over.
                removed += usize::from(self.remove_conversation(org, *id).await?);
            }
            count += removed;
            if ids.is_empty() || removed == 0 {
                break;
            }
        }
        self.remove_forgotten(org, before).await?;
        Ok(count)
    }

    async fn remove_forgotten(&self, org: OrgId, before: Timestamp) -> Result<(), RemovalError> {
        let erasures = self.parts.base.db.erasures();
        let mut after = None;
        loop {
            let visitors = erasures.forgotten(org, after, before, STEP).await?;
            let Some(last) = visitors.last() else { return Ok(()) };
            after = Some(*last);
            for visitor in visitors {
                if let Err(error) = erasures.finish(org, visitor).await {
                    // Somebody who has come back in this moment has begun a conversation.
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(error, org.id = %org, "could not remove visitor {visitor}");
                }
            }
        }
    }
}
