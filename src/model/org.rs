//! Orgs.

use rooms::{OrgId, Timestamp};

/// A tenant.
#[derive(Debug, Clone)]
pub struct OrgRecord {
    /// Its id.
    pub id: OrgId,
    /// Its name.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
}
