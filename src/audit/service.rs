//! Recording and reading the audit log.

use std::sync::Arc;

use super::export::csv_of;
use super::retention_days::RetentionDays;
use crate::auth::{Principal, Right};
use crate::base::Base;
use crate::db::Db;
use crate::model::{AuditDraft, AuditFilter, AuditRow};
use crate::refusal::ServiceError;

/// Rows of one export: it is put together in memory. Older ones are behind an earlier `to`.
pub const EXPORT_MAX_ROWS: i64 = 10_000;

/// The audit log. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Audit {
    pub(super) base: Base,
    pub(super) days: Arc<dyn RetentionDays>,
}

impl Audit {
    /// The audit log over a database; `days` says how long rows are kept.
    #[must_use]
    pub fn new(base: Base, days: Arc<dyn RetentionDays>) -> Self {
        Self { base, days }
    }

    /// Writes a row by itself, for what is no single transaction.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn record(&self, note: impl Into<AuditDraft>) -> Result<(), ServiceError> {
        Ok(self.db().audit().append(note.into()).await?)
    }

    /// Rows of the caller's org, or of the platform, the newest first.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn list(
        &self,
        principal: &Principal,
        of_platform: bool,
        filter: &AuditFilter,
        limit: i64,
    ) -> Result<Vec<AuditRow>, ServiceError> {
        let right = if of_platform { Right::ReadPlatformAudit } else { Right::ReadAudit };
        right.check(principal)?;
        let org = (!of_platform).then_some(principal.org);
        Ok(self.db().audit().list(org, filter, limit).await?)
    }

    /// Rows of the caller's org, or of the platform, as CSV, the newest first and at most [`EXPORT_MAX_ROWS`].
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn export(
        &self,
        principal: &Principal,
        of_platform: bool,
        filter: &AuditFilter,
    ) -> Result<String, ServiceError> {
        Ok(csv_of(&self.list(principal, of_platform, filter, EXPORT_MAX_ROWS).await?))
    }

    /// Begins to remove what is older than its org keeps.
    pub fn start(&self) {
        self.base.spawn_until_stop(self.clone().remove_old());
    }

    pub(super) fn db(&self) -> &Db {
        &self.base.db
    }
}
