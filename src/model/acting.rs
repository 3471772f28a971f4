//! Whoever runs the platform, at work in an org that they are no member of.

use rooms::OrgId;

use super::ids::SessionId;

/// That a platform admin acts for an org for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acting {
    /// The org.
    pub org_id: OrgId,
    /// The session that may act.
    pub session_id: SessionId,
    /// The name of whom it is of.
    pub member_name: String,
    /// Why; the org's people read it.
    pub reason: String,
    /// Since when, in milliseconds since 1970.
    pub began_at: i64,
    /// Until when.
    pub ends_at: i64,
}
