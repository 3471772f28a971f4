//! Removing an org: arranged, taken back while it waits, and done by a job that goes on where it was when the server
//! stopped.

use std::time::Duration;

use rooms::OrgId;

use super::arranging::arrange_removal;
use super::{ListedOrg, Tenancy};
use crate::audit::Act;
use crate::auth::{Principal, Right};
use crate::refusal::{ServiceError, log_unanswered};

/// How often it is looked for orgs whose time has come.
const PERIOD: Duration = Duration::from_secs(600);
/// The same where other nodes are asked too.
const PERIOD_OF_NODES: Duration = Duration::from_secs(10);

impl Tenancy {
    /// Has an org removed with everything it has, after the days that the server waits; until then it is suspended.
    ///
    /// # Errors
    /// `forbidden` to all but platform admins, `not_found`, `conflict` where a platform admin would be shut out.
    pub async fn arrange_removal(&self, principal: &Principal, id: &str) -> Result<ListedOrg, ServiceError> {
        Right::DeleteOrg.check(principal)?;
        let org = self.org(id).await?;
        let days = self.parts.base.settings.org_removal_wait_d;
        arrange_removal(self.db(), org.id, days, self.parts.base.now()).await?;
        self.parts.hub.org_suspended(org.id, &principal.user);
        self.record(principal, Act::OrgDeleted, org.id).await?;
        tracing::info!(org.id = %org.id, "org {} is to be removed", org.id);
        let listed = self.again(org.id).await?;
        self.wake.notify_one();
        Ok(listed)
    }

    /// Takes that back while the time has not come; the org stays suspended.
    ///
    /// # Errors
    /// `forbidden` to all but platform admins, `not_found`, `conflict` where nothing waits or it is too late.
    pub async fn cancel_removal(&self, principal: &Principal, id: &str) -> Result<ListedOrg, ServiceError> {
        Right::DeleteOrg.check(principal)?;
        let org = self.org(id).await?;
        if !self.db().orgs().cancel_removal(org.id, self.parts.base.now()).await? {
            return Err(ServiceError::conflict("this org does not wait to be removed"));
        }
        self.record(principal, Act::OrgKept, org.id).await?;
        tracing::info!(org.id = %org.id, "the removal of org {} is taken back", org.id);
        self.again(org.id).await
    }

    /// Starts the job that removes orgs.
    pub fn start(&self) {
        self.parts.base.spawn_until_stop(self.clone().remove_always());
    }

    async fn remove_always(self) {
        loop {
            self.parts.base.claims.turn_to_sweep().await;
            if let Err(error) = self.remove_due().await {
                log_unanswered(&error, "could not remove an org; it is tried again");
            }
            let period = if self.parts.base.claims.has_others() { PERIOD_OF_NODES } else { PERIOD };
            // A timeout is the ordinary case.
            let _woken = tokio::time::timeout(period, self.wake.notified()).await;
        }
    }

    /// Removes the orgs whose time has come; gives back how many. It may run at any time, and again.
    ///
    /// # Errors
    /// When storage or the data directory fails; what is left is removed the next time.
    pub async fn remove_due(&self) -> Result<usize, ServiceError> {
        let due = self.db().orgs().due_for_removal(self.parts.base.now()).await?;
        for org in &due {
            self.remove(org.id).await?;
            tracing::info!(org.id = %org.id, "org {} is removed", org.id);
        }
        Ok(due.len())
    }

    /// The files come first: while the row of the org is there, it is known that they are to go.
    async fn remove(&self, org: OrgId) -> Result<(), ServiceError> {
        self.db().removal().end_access(org, self.parts.base.now()).await?;
        self.parts.hub.apply_revocations().await;
        self.remove_files(org).await?;
        while self.db().removal().remove_batch(org).await? {}
        Ok(())
    }

    async fn remove_files(&self, org: OrgId) -> Result<(), ServiceError> {
        self.parts.base.files.remove_org(org).await.map_err(ServiceError::unavailable)
    }
}
