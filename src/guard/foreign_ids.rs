//! Ids that somebody asked for in vain: where one is another org's, that is an event.

use rooms::OrgId;

use crate::model::SecurityEvent;

/// An id that is none of the org of whoever asked for it.
#[derive(Debug, Clone)]
pub struct ForeignId {
    /// The org of whoever asked.
    pub org: OrgId,
    /// What they asked for.
    pub id: String,
    /// The event, should it be another org's.
    pub event: SecurityEvent,
}
