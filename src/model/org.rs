//! Orgs, what state they are in, and their figures.

use std::collections::HashSet;
use std::sync::{Arc, PoisonError, RwLock};

use rooms::{OrgId, Timestamp};

/// A tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrgRecord {
    /// Its id.
    pub id: OrgId,
    /// Its name.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// That it is suspended.
    pub suspension: Option<OrgSuspension>,
    /// From when on everything of it is removed; it is suspended until then.
    pub delete_at: Option<Timestamp>,
}

/// That an org is suspended: no assistant, no new conversations, and its people only read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrgSuspension {
    /// Since when.
    pub at: Timestamp,
    /// Why, for its members.
    pub reason: Option<String>,
}

/// How much an org has and does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OrgFigures {
    /// Members who may sign in.
    pub member_count: i64,
    /// Channels.
    pub channel_count: i64,
    /// Conversations, closed ones too.
    pub conversation_count: i64,
    /// Conversations that are not closed.
    pub open_count: i64,
    /// When a conversation last changed.
    pub changed_at: Option<Timestamp>,
    /// What models have cost since a day, in nano US dollars.
    pub cost_nano_usd: i64,
}

/// Which orgs are suspended now, for whoever decides without waiting. Every clone knows the same: what is written to the
/// database is told here, so that live connections are refused at once.
#[derive(Debug, Clone, Default)]
pub struct SuspendedOrgs(Arc<RwLock<HashSet<OrgId>>>);

impl SuspendedOrgs {
    /// Whether this org is suspended.
    #[must_use]
    pub fn has(&self, org: OrgId) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).contains(&org)
    }

    /// Suspends an org.
    pub fn add(&self, org: OrgId) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(org);
    }

    /// Lets an org go on.
    pub fn remove(&self, org: OrgId) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).remove(&org);
    }
}
