//! Who may see and who may change what an org knows.

use super::KnowledgeError;
use crate::auth::{Principal, PrincipalKind};
use crate::db::Role;

/// Members and the org's server see what the org knows.
pub(super) fn may_see(principal: &Principal) -> Result<(), KnowledgeError> {
    match principal.kind {
        PrincipalKind::Agent { .. } | PrincipalKind::Server => Ok(()),
        PrincipalKind::Visitor { .. } => Err(KnowledgeError::Forbidden),
    }
}

/// Owners and admins change it: what stands here is said in the org's name.
pub(super) fn may_change(principal: &Principal) -> Result<(), KnowledgeError> {
    match principal.kind {
        PrincipalKind::Agent { role, .. } if role >= Role::Admin => Ok(()),
        PrincipalKind::Agent { .. } | PrincipalKind::Server | PrincipalKind::Visitor { .. } => {
            Err(KnowledgeError::Forbidden)
        }
    }
}
