//! Erases visitors: their access ends at once, everything stored of them goes by a job.

use std::time::Duration;

use rooms::{OrgId, UserId};
use serde_json::json;

use super::Privacy;
use super::service::RemovalError;
use crate::audit::{Act, Note};
use crate::auth::{Principal, Right};
use crate::refusal::ServiceError;

/// Visitors and conversations looked at in one go.
const STEP: i64 = 50;
/// When the job looks again for whoever could not be erased yet: after failures, and while a call ends.
const RETRY: Duration = Duration::from_secs(5);

impl Privacy {
    /// Erases a visitor of the caller's org, and all who were merged with them. Before this returns their tokens are
    /// worth nothing, their connections are closed and their call ends; the rest is removed soon after. Gives how many
    /// visitors there are.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn erase(&self, principal: &Principal, id: &str) -> Result<usize, ServiceError> {
        Right::ManageVisitorData.check(principal)?;
        let visitor: UserId = id.parse().map_err(|_| ServiceError::not_found())?;
        let (db, hub, now) = (&self.parts.base.db, &self.parts.hub, self.parts.base.now());
        let person = db.visitors().person(principal.org, visitor).await?;
        if person.is_empty() {
            return Err(ServiceError::not_found());
        }
        let note = Note::by(principal, Act::VisitorErased, now).on(visitor);
        let noting = db.noting(note.gone(json!({ "visitor_count": person.len() })));
        noting.erasures().ask(principal.org, &person, principal.user.id, now).await?;
        hub.apply_revocations().await;
        for visitor in &person {
            hub.visitor_blocked(principal.org, *visitor, &principal.user);
        }
        self.asked.notify_one();
        Ok(person.len())
    }

    pub(super) async fn erase_always(self) {
        loop {
            self.parts.base.claims.turn_to_sweep().await;
            let is_done = self.erase_due().await.unwrap_or_else(|error| {
                let error = &error as &dyn std::error::Error;
                tracing::error!(error, "could not look for visitors to erase");
                false
            });
            // A wake-up meanwhile is not lost, and without one nothing new waits, unless another node was asked.
            if is_done && !self.parts.base.claims.has_others() {
                self.asked.notified().await;
            } else {
                let _either = tokio::time::timeout(RETRY, self.asked.notified()).await;
            }
        }
    }

    /// Erases whoever is to be erased; false where some cannot be yet.
    pub(super) async fn erase_due(&self) -> Result<bool, crate::db::DbError> {
        let mut left_count = 0;
        loop {
            let due = self.parts.base.db.erasures().due(left_count + STEP).await?;
            let fresh: Vec<_> = due.into_iter().skip(usize::try_from(left_count).unwrap_or(0)).collect();
            if fresh.is_empty() {
                return Ok(left_count == 0);
            }
            for (org, visitor) in fresh {
                match self.erase_visitor(org, visitor).await {
                    Ok(true) => {
                        tracing::info!(org.id = %org, visitor.id = %visitor, "erased visitor {visitor}")
                    }
                    Ok(false) => left_count += 1,
                    Err(error) => {
                        left_count += 1;
                        let error = &error as &dyn std::error::Error;
                        tracing::error!(error, org.id = %org, "could not erase visitor {visitor}; it is tried again");
                    }
                }
            }
        }
    }

    async fn erase_visitor(&self, org: OrgId, visitor: UserId) -> Result<bool, RemovalError> {
        let db = &self.parts.base.db;
        loop {
            let ids = db.conversations().ids_of_visitor(org, visitor, STEP).await?;
            if ids.is_empty() {
                break;
            }
            for id in ids {
                if !self.remove_conversation(org, id).await? {
                    return Ok(false);
                }
            }
        }
        db.erasures().finish(org, visitor).await?;
        Ok(true)
    }
}
