//! Which orgs want to hear of what happens, kept in memory so that a commit of any other org pays nothing; and
//! the bell that wakes whoever sends.

use std::collections::HashSet;
use std::sync::{OnceLock, PoisonError, RwLock};

use rooms::{OrgId, Timestamp};
use tokio::sync::Notify;

use crate::model::{Happening, WebhookEvent, WriteEvent};

/// Shared by every handle of one database.
#[derive(Debug, Default)]
pub(crate) struct Outgoing {
    orgs: RwLock<Orgs>,
    deliveries: Notify,
    mails: Notify,
    write_event: OnceLock<WriteEvent>,
}

/// The orgs that have webhooks, and how many were added here: what was read before an addition does not replace it.
#[derive(Debug, Default)]
struct Orgs {
    known: HashSet<OrgId>,
    added_count: u64,
}

impl Outgoing {
    /// Whether an org has webhooks, as far as this process knows.
    pub(crate) fn wants(&self, org: OrgId) -> bool {
        self.orgs.read().unwrap_or_else(PoisonError::into_inner).known.contains(&org)
    }

    /// What webhooks of an org are sent of something that happens, if anything.
    pub(crate) fn events_of(
        &self,
        org: OrgId,
        happening: Happening<'_>,
        now: Timestamp,
    ) -> Vec<WebhookEvent> {
        if !self.wants(org) {
            return Vec::new();
        }
        let Some(write) = self.write_event.get() else {
            // Orgs are known only once the service that writes events has read them.
            tracing::error!(org.id = %org, "nothing writes webhook events; a delivery is lost");
            return Vec::new();
        };
        write(org, happening, now)
    }

    /// Has events written by `write` from now on; the first one stays.
    pub(super) fn write_with(&self, write: WriteEvent) {
        // Every service of a process writes them alike.
        let _known = self.write_event.set(write);
    }

    /// Takes in an org whose first webhook was made here.
    pub(crate) fn add(&self, org: OrgId) {
        let mut orgs = self.orgs.write().unwrap_or_else(PoisonError::into_inner);
        orgs.known.insert(org);
        orgs.added_count += 1;
    }

    pub(super) fn added_count(&self) -> u64 {
        self.orgs.read().unwrap_or_else(PoisonError::into_inner).added_count
    }

    /// Puts what was read in the place of what was known, unless something was added meanwhile: then both hold.
    pub(super) fn replace(&self, read: HashSet<OrgId>, added_count: u64) {
        let mut orgs = self.orgs.write().unwrap_or_else(PoisonError::into_inner);
        if orgs.added_count == added_count {
            orgs.known = read;
        } else {
            orgs.known.extend(read);
        }
    }

    pub(crate) fn wake_deliveries(&self) {
        self.deliveries.notify_one();
    }

    /// Ends when deliveries were written in this process.
    pub(super) async fn deliveries_written(&self) {
        self.deliveries.notified().await;
    }

    pub(crate) fn wake_mails(&self) {
        self.mails.notify_one();
    }

    /// Ends when mails were queued in this process.
    pub(super) async fn mails_written(&self) {
        self.mails.notified().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_org_that_was_added_while_others_were_read_stays_known() {
        let outgoing = Outgoing::default();
        let seen = outgoing.added_count();
        outgoing.add(OrgId(1));

        outgoing.replace(HashSet::from([OrgId(2)]), seen);

        assert!(outgoing.wants(OrgId(1)) && outgoing.wants(OrgId(2)));
        outgoing.replace(HashSet::from([OrgId(2)]), outgoing.added_count());
        assert!(!outgoing.wants(OrgId(1)));
    }
}
