//! Reading, changing, importing and exporting canned replies.

use super::canned_csv;
use super::canned_fields::{BadField, CannedReplyFields};
use super::canned_scope::CannedScope;
use crate::auth::{Principal, Right};
use crate::base::Base;
use crate::db;
use crate::model::{
    CannedRepliesFull, CannedReplyId, CannedReplyQuota, CannedReplyRecord, CannedReplyText, ImportCounts,
    ImportedReply,
};
use crate::refusal::ServiceError;
use crate::wire::ErrorCode;

/// Read at once for an export.
const EXPORT_PAGE: i64 = 500;

/// Canned replies of the caller's org, and the caller's own.
#[derive(Debug, Clone, Copy)]
pub struct CannedReplies<'a> {
    pub(super) base: &'a Base,
}

impl<'a> CannedReplies<'a> {
    pub(super) fn new(base: &'a Base) -> Self {
        Self { base }
    }

    /// Those of the org and the caller's own, oldest first.
    ///
    /// # Errors
    /// `forbidden` to visitors and servers.
    pub async fn list(
        self,
        principal: &Principal,
        after: Option<CannedReplyId>,
        limit: i64,
    ) -> Result<Vec<CannedReplyRecord>, ServiceError> {
        Right::UseCannedReplies.check(principal)?;
        Ok(self.stored().list(principal.org, principal.user.id, after, limit).await?)
    }

    /// Creates a canned reply.
    ///
    /// # Errors
    /// `forbidden`, `bad_request`, `conflict` for a shortcut that the scope has, `too_large` beyond the quota.
    pub async fn create(
        self,
        principal: &Principal,
        scope: CannedScope,
        fields: CannedReplyFields,
    ) -> Result<CannedReplyRecord, ServiceError> {
        scope.right().check(principal)?;
        let text = fields.apply(None).map_err(bad_field)?;
        let (id, now) = (CannedReplyId::new(), self.base.now());
        let reply = ImportedReply { member: scope.member(principal), text };
        let added = self.stored().add(principal.org, id, &reply, self.quota(), now).await?;
        added.map_err(|full| self.full(full))?;
        self.find(principal, id).await
    }

    /// Changes a canned reply.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, `bad_request`, `conflict` for a shortcut that the scope has.
    pub async fn change(
        self,
        principal: &Principal,
        id: &str,
        fields: CannedReplyFields,
    ) -> Result<CannedReplyRecord, ServiceError> {
        let before = self.changeable(principal, id).await?;
        let id = before.id;
        let CannedReplyRecord { folder, shortcut, title, body, .. } = before;
        let before = CannedReplyText { folder, shortcut, title, body };
        let text = fields.apply(Some(before)).map_err(bad_field)?;
        self.stored().set_text(principal.org, id, &text, self.base.now()).await?;
        self.find(principal, id).await
    }

    /// Deletes a canned reply.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn delete(self, principal: &Principal, id: &str) -> Result<(), ServiceError> {
        let record = self.changeable(principal, id).await?;
        Ok(self.stored().delete(principal.org, record.id).await?)
    }

    /// Counts a use of a canned reply.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn count_use(self, principal: &Principal, id: &str) -> Result<(), ServiceError> {
        Right::UseCannedReplies.check(principal)?;
        let id = id.parse().map_err(|_| ServiceError::not_found())?;
        let record = self.find(principal, id).await?;
        Ok(self.stored().count_use(principal.org, record.id).await?)
    }

    /// Those of the org and the caller's own as CSV.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn export(self, principal: &Principal) -> Result<String, ServiceError> {
        Right::UseCannedReplies.check(principal)?;
        let mut records: Vec<CannedReplyRecord> = Vec::new();
        loop {
            let after = records.last().map(|record| record.id);
            let page = self.stored().list(principal.org, principal.user.id, after, EXPORT_PAGE).await?;
            if page.is_empty() {
                return Ok(canned_csv::write(&records));
            }
            records.extend(page);
        }
    }

    /// Takes in canned replies from CSV, all or none; one whose scope has its shortcut already is updated.
    /// `scope` is that of rows that name none.
    ///
    /// # Errors
    /// `forbidden` where a row is the org's and the caller may not change those, `bad_request` with line and column,
    /// `too_large` beyond the quota.
    pub async fn import(
        self,
        principal: &Principal,
        scope: CannedScope,
        csv: &[u8],
    ) -> Result<ImportCounts, ServiceError> {
        scope.right().check(principal)?;
        let rows =
            canned_csv::read(csv, scope).map_err(|fault| ServiceError::bad_request(fault.to_string()))?;
        if rows.iter().any(|(scope, _)| *scope == CannedScope::Org) {
            Right::ManageCannedReplies.check(principal)?;
        }
        let replies: Vec<ImportedReply> = rows
            .into_iter()
            .map(|(scope, text)| ImportedReply { member: scope.member(principal), text })
            .collect();
        let imported = self.stored().import(principal.org, &replies, self.quota(), self.base.now()).await?;
        imported.map_err(|full| self.full(full))
    }

    /// A canned reply that the caller may change.
    pub(super) async fn changeable(
        self,
        principal: &Principal,
        id: &str,
    ) -> Result<CannedReplyRecord, ServiceError> {
        Right::UseCannedReplies.check(principal)?;
        let id = id.parse().map_err(|_| ServiceError::not_found())?;
        let record = self.find(principal, id).await?;
        CannedScope::of(&record).right().check(principal)?;
        Ok(record)
    }

    pub(super) async fn find(
        self,
        principal: &Principal,
        id: CannedReplyId,
    ) -> Result<CannedReplyRecord, ServiceError> {
        let found = self.stored().get(principal.org, principal.user.id, id).await?;
        found.ok_or_else(ServiceError::not_found)
    }

    fn stored(self) -> db::CannedReplies<'a> {
        self.base.db.canned_replies()
    }

    fn quota(self) -> CannedReplyQuota {
        let settings = &self.base.settings;
        let stored = |max: usize| i64::try_from(max).unwrap_or(i64::MAX);
        CannedReplyQuota {
            org_max: stored(settings.canned_replies_max),
            member_max: stored(settings.member_canned_replies_max),
        }
    }

    fn full(self, full: CannedRepliesFull) -> ServiceError {
        let quota = self.quota();
        let message = if full.is_of_org {
            format!("an org has at most {} canned replies", quota.org_max)
        } else {
            format!("an agent has at most {} personal canned replies", quota.member_max)
        };
        ServiceError::new(ErrorCode::TooLarge, message)
    }
}

fn bad_field(field: BadField) -> ServiceError {
    ServiceError::bad_request(field.to_string())
}
