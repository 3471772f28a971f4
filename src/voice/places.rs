//! Room for calls. Whoever is about to begin one counts already: those who begin at once are no more than may be.

use std::sync::{Arc, PoisonError};

use rooms::OrgId;

use super::live::LiveCall;
use super::service::Shared;

/// A place that is kept for a call, until it runs or this is dropped.
#[derive(Debug)]
pub(super) struct Place {
    shared: Arc<Shared>,
    org: OrgId,
    is_kept: bool,
}

impl Shared {
    /// Keeps a place for a call of an org.
    ///
    /// # Errors
    /// How many calls the org has, where it or the server may have no more.
    pub(super) fn keep_place(
        self: &Arc<Self>,
        org: OrgId,
        org_max: usize,
        server_max: usize,
    ) -> Result<Place, usize> {
        let mut beginning = self.beginning.lock().unwrap_or_else(PoisonError::into_inner);
        let running = self.calls.iter().filter(|call| call.facts.org == org).count();
        let of_org = running + beginning.iter().filter(|one| **one == org).count();
        if of_org >= org_max || self.calls.len() + beginning.len() >= server_max {
            return Err(of_org);
        }
        beginning.push(org);
        Ok(Place { shared: self.clone(), org, is_kept: true })
    }
}

impl Place {
    /// The call runs now, and counts for itself.
    pub(super) fn fill(mut self, live: LiveCall) {
        let mut beginning = self.shared.beginning.lock().unwrap_or_else(PoisonError::into_inner);
        self.shared.add(live);
        forget(&mut beginning, self.org);
        self.is_kept = false;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if self.is_kept {
            let mut beginning = self.shared.beginning.lock().unwrap_or_else(PoisonError::into_inner);
            forget(&mut beginning, self.org);
        }
    }
}

fn forget(beginning: &mut Vec<OrgId>, org: OrgId) {
    if let Some(at) = beginning.iter().position(|one| *one == org) {
        beginning.swap_remove(at);
    }
}
