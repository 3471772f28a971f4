//! Which orgs want to hear of what happens, kept in memory so that a commit of any other org pays nothing; and
//! the bell that wakes whoever sends.

use std::collections::HashSet;
use std::sync::{PoisonError, RwLock};

use rooms::OrgId;
use tokio::sync::Notify;

use super::{Db, DbError, on_readers};

/// Shared by every handle of one database.
#[derive(Debug, Default)]
pub(crate) struct Outgoing {
    orgs: RwLock<HashSet<OrgId>>,
    deliveries: Notify,
    mails: Notify,
}

impl Outgoing {
    /// Whether an org has webhooks, as far as this process knows.
    pub(crate) fn wants(&self, org: OrgId) -> bool {
        self.orgs.read().unwrap_or_else(PoisonError::into_inner).contains(&org)
    }

    /// Takes in an org whose first webhook was made here.
    pub(crate) fn add(&self, org: OrgId) {
        self.orgs.write().unwrap_or_else(PoisonError::into_inner).insert(org);
    }

    pub(crate) fn wake_deliveries(&self) {
        self.deliveries.notify_one();
    }

    pub(crate) fn wake_mails(&self) {
        self.mails.notify_one();
    }
}

impl Db {
    /// Reads again which orgs have webhooks: another process may have made or removed some.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn refresh_webhook_orgs(&self) -> Result<(), DbError> {
        let rows: Vec<String> = on_readers!(self, pool => {
            sqlx::query_scalar("select distinct org_id from webhooks where active").fetch_all(pool).await?
        });
        let orgs = rows.iter().filter_map(|id| id.parse().ok()).collect();
        *self.outgoing().orgs.write().unwrap_or_else(PoisonError::into_inner) = orgs;
        Ok(())
    }

    /// Ends when deliveries were written in this process.
    pub async fn deliveries_written(&self) {
        self.outgoing().deliveries.notified().await;
    }

    /// Ends when mails were queued in this process.
    pub async fn mails_written(&self) {
        self.outgoing().mails.notified().await;
    }
}
