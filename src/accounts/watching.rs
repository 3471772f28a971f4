//! Addresses that are shut out, and attempts to come in that failed.

use std::net::IpAddr;

use rooms::OrgId;

use super::Accounts;
use crate::audit;
use crate::auth::Principal;
use crate::model::{SecurityEvent, SecurityKind};
use crate::refusal::ServiceError;
use crate::wire::WireError;

impl Accounts {
    /// Refuses an address that an org shuts out of its widget, or the platform of everything.
    ///
    /// # Errors
    /// `forbidden` with the reason `address_blocked`.
    pub fn check_address(&self, address: IpAddr, org: OrgId) -> Result<(), ServiceError> {
        if !self.parts.base.guard.is_blocked(address, Some(org)) {
            return Ok(());
        }
        let event =
            SecurityEvent { org: Some(org), ..SecurityEvent::from_address(SecurityKind::Blocked, address) };
        self.report(event);
        Err(WireError::address_blocked().into())
    }

    /// The same for somebody who is authenticated: an org's list is for its visitors.
    pub(super) fn check_address_of(
        &self,
        principal: &Principal,
        address: IpAddr,
    ) -> Result<(), ServiceError> {
        if principal.is_visitor() { self.check_address(address, principal.org) } else { Ok(()) }
    }

    /// Reports a wrong token.
    pub(super) fn report_bad_token(&self, address: IpAddr) {
        self.report(SecurityEvent::from_address(SecurityKind::AuthFailure, address));
    }

    /// Reports an event, with what is known of the request.
    fn report(&self, event: SecurityEvent) {
        self.parts.base.guard.report(audit::with_request(event));
    }
}
