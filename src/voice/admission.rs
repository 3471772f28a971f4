//! Admission control for calls. A call counts from the moment it is being started, so concurrent starts cannot exceed a limit.

use std::net::IpAddr;
use std::sync::{Arc, PoisonError};

use rooms::OrgId;

use super::live::LiveCall;
use super::registry::Shared;

/// How many calls there may be at once.
#[derive(Debug, Clone, Copy)]
pub(super) struct Capacity {
    /// Of the org.
    pub(super) org_max: usize,
    /// Of the org from one address; `None` where addresses are not limited.
    pub(super) per_address_max: Option<usize>,
    /// Of the server.
    pub(super) server_max: usize,
}

/// Why there is no slot, and how many calls there are of that kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Full {
    /// The org, or the server, may have no more.
    Org(usize),
    /// The address may have no more with this org.
    Address(usize),
}

/// A slot that is reserved for a call, until it runs or this is dropped.
#[derive(Debug)]
pub(super) struct Slot {
    shared: Arc<Shared>,
    caller: (OrgId, IpAddr),
    is_reserved: bool,
}

impl Capacity {
    /// One address never has all calls of an org that may have more than one; `None` where addresses are not limited.
    fn of_address(self) -> Option<usize> {
        let fair_max = self.org_max.saturating_sub(1).max(1);
        self.per_address_max.map(|max| max.min(fair_max))
    }
}

impl Shared {
    /// Reserves a slot for a call of an org from an address, where there is one.
    pub(super) fn reserve_slot(
        self: &Arc<Self>,
        org: OrgId,
        address: IpAddr,
        capacity: Capacity,
    ) -> Result<Slot, Full> {
        let mut beginning = self.beginning.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut of_org, mut of_address) = (0, 0);
        let running = self.calls.iter().map(|call| (call.facts.org, call.address));
        for (_, from) in running.chain(beginning.iter().copied()).filter(|(one, _)| *one == org) {
            of_org += 1;
            of_address += usize::from(from == address);
        }
        if of_org >= capacity.org_max || self.calls.len() + beginning.len() >= capacity.server_max {
            return Err(Full::Org(of_org));
        }
        if capacity.of_address().is_some_and(|max| of_address >= max) {
            return Err(Full::Address(of_address));
        }
        beginning.push((org, address));
        Ok(Slot { shared: self.clone(), caller: (org, address), is_reserved: true })
    }
}

impl Slot {
    /// The address that the slot is reserved for.
    pub(super) fn address(&self) -> IpAddr {
        self.caller.1
    }

    /// The call runs now, and counts for itself.
    pub(super) fn occupy(mut self, live: LiveCall) {
        let mut beginning = self.shared.beginning.lock().unwrap_or_else(PoisonError::into_inner);
        self.shared.add(live);
        forget(&mut beginning, self.caller);
        self.is_reserved = false;
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        if self.is_reserved {
            let mut beginning = self.shared.beginning.lock().unwrap_or_else(PoisonError::into_inner);
            forget(&mut beginning, self.caller);
        }
    }
}

fn forget(beginning: &mut Vec<(OrgId, IpAddr)>, caller: (OrgId, IpAddr)) {
    if let Some(at) = beginning.iter().position(|one| *one == caller) {
        beginning.swap_remove(at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_its_number_of_calls_and_never_all_of_an_org() {
        let capacity = |org_max, per_address_max| Capacity { org_max, per_address_max, server_max: 100 };

        assert_eq!(capacity(10, Some(5)).of_address(), Some(5));
        assert_eq!(capacity(4, Some(5)).of_address(), Some(3));
        assert_eq!(capacity(1, Some(5)).of_address(), Some(1), "the only one is anybody's");
        assert_eq!(capacity(10, None).of_address(), None);
    }
}
