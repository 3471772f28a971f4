//! Orgs with their figures, and suspending them.

use rooms::OrgId;
use serde_json::json;

use super::Tenancy;
use super::arranging::{must_not_shut_out, org_of};
use crate::audit::{Act, Note};
use crate::auth::{Principal, Right};
use crate::hub::check_line;
use crate::model::{OrgFigures, OrgRecord};
use crate::refusal::ServiceError;
use crate::usage::month_start_of;

const REASON_MAX_CHARS: usize = 300;
/// As `accounts` allows when an org is made.
const NAME_MAX_CHARS: usize = 120;

/// An org and how much it has and does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedOrg {
    /// The org.
    pub org: OrgRecord,
    /// Its figures; its cost is that of this month (UTC).
    pub figures: OrgFigures,
}

impl Tenancy {
    /// Every org with its figures, oldest first: those after an id.
    ///
    /// # Errors
    /// `forbidden` to all but platform admins.
    pub async fn list(
        &self,
        principal: &Principal,
        after: Option<OrgId>,
        limit: i64,
    ) -> Result<Vec<ListedOrg>, ServiceError> {
        Right::ListOrgs.check(principal)?;
        let orgs = self.db().orgs().list(after, limit).await?;
        let mut listed = Vec::with_capacity(orgs.len());
        for org in orgs {
            listed.push(self.with_figures(org).await?);
        }
        Ok(listed)
    }

    /// Suspends an org: no assistant, no new conversations, its people only read; calls that run end.
    ///
    /// # Errors
    /// `forbidden` to all but platform admins, `not_found`, `bad_request` for the reason, `conflict` where a platform
    /// admin would be shut out.
    pub async fn suspend(
        &self,
        principal: &Principal,
        id: &str,
        reason: Option<&str>,
    ) -> Result<ListedOrg, ServiceError> {
        Right::SuspendOrg.check(principal)?;
        let org = self.org(id).await?;
        must_not_shut_out(self.db(), org.id).await?;
        let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
        let reason = reason.map(|reason| check_line("reason", reason, REASON_MAX_CHARS)).transpose()?;
        self.db().orgs().suspend(org.id, reason.as_deref(), self.parts.base.now()).await?;
        self.parts.hub.org_suspended(org.id, &principal.user);
        self.record(principal, Act::OrgSuspended, org.id).await?;
        tracing::info!(org.id = %org.id, "org {} is suspended", org.id);
        self.again(org.id).await
    }

    /// Lets an org go on.
    ///
    /// # Errors
    /// `forbidden` to all but platform admins, `not_found`, `conflict` while it waits to be removed.
    pub async fn resume(&self, principal: &Principal, id: &str) -> Result<ListedOrg, ServiceError> {
        Right::SuspendOrg.check(principal)?;
        let org = self.org(id).await?;
        if !self.db().orgs().resume(org.id, self.parts.base.now()).await? {
            return Err(ServiceError::conflict("this org waits to be removed; take that back first"));
        }
        self.record(principal, Act::OrgResumed, org.id).await?;
        tracing::info!(org.id = %org.id, "org {} goes on", org.id);
        self.again(org.id).await
    }

    /// Gives an org another name.
    ///
    /// # Errors
    /// `forbidden` to all but platform admins, `not_found`, `bad_request` for the name.
    pub async fn rename(
        &self,
        principal: &Principal,
        id: &str,
        name: &str,
    ) -> Result<ListedOrg, ServiceError> {
        Right::CreateOrg.check(principal)?;
        let org = self.org(id).await?;
        let name = check_line("name", name, NAME_MAX_CHARS)?;
        let (before, after) = (json!({ "name": org.name }), json!({ "name": name }));
        let note = Note::by_platform(principal, Act::OrgRenamed, org.id, self.parts.base.now());
        let note = note.change(before, after);
        self.db().noting(note.clone()).orgs().rename(org.id, &name).await?;
        self.db().audit().append(note.of_platform().into()).await?;
        self.again(org.id).await
    }

    /// An org as it is now.
    pub(super) async fn again(&self, id: OrgId) -> Result<ListedOrg, ServiceError> {
        self.with_figures(org_of(self.db(), id).await?).await
    }

    async fn with_figures(&self, org: OrgRecord) -> Result<ListedOrg, ServiceError> {
        let month = month_start_of(self.parts.base.now().0);
        let figures = self.db().figures().of(org.id, &month).await?;
        Ok(ListedOrg { org, figures })
    }
}
