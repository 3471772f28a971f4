//! What a caller may do in their org, by their role; every service asks here.

use super::{Principal, PrincipalKind};
use crate::db::Role;
use crate::wire::WireError;

/// What a caller wants to do, as far as their role decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// See the org's members, channels and tickets.
    See,
    /// See to tickets.
    Work,
    /// Manage channels, members and tokens.
    Manage,
    /// Run the whole server.
    RunPlatform,
}

impl Right {
    /// Whether the caller's role is enough; decided before anything is looked up, so it tells nothing of ids.
    ///
    /// # Errors
    /// `forbidden`.
    pub fn check(self, principal: &Principal) -> Result<(), WireError> {
        let allowed = match (self, principal.kind) {
            (Self::See, PrincipalKind::Agent { .. } | PrincipalKind::Server) => true,
            (Self::Work, PrincipalKind::Agent { .. }) => true,
            (Self::Manage, PrincipalKind::Agent { role, .. }) => role >= Role::Admin,
            (Self::RunPlatform, PrincipalKind::Agent { platform_admin, .. }) => platform_admin,
            (_, PrincipalKind::Visitor { .. } | PrincipalKind::Server) => false,
        };
        if allowed { Ok(()) } else { Err(WireError::forbidden("your role may not do this")) }
    }
}
