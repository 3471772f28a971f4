//! Visitors who may no longer write, call and upload.

use std::collections::HashSet;
use std::sync::{Arc, PoisonError, RwLock};

use rooms::{Timestamp, User, UserId};

/// That a visitor is blocked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitorBlock {
    /// Who blocked them.
    pub by: User,
    /// Why, where it was said.
    pub reason: Option<String>,
    /// Since when.
    pub at: Timestamp,
}

/// Which visitors are blocked now, for whoever decides without waiting. Every clone knows the same: what is written to
/// the database is told here, so that live connections are refused at once.
#[derive(Debug, Clone, Default)]
pub struct BlockedVisitors(Arc<RwLock<HashSet<UserId>>>);

impl BlockedVisitors {
    /// Whether this visitor is blocked.
    #[must_use]
    pub fn has(&self, visitor: UserId) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).contains(&visitor)
    }

    /// Blocks a visitor.
    pub fn add(&self, visitor: UserId) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(visitor);
    }

    /// These and no others are blocked; gives who was not before.
    pub fn replace(&self, visitors: HashSet<UserId>) -> Vec<UserId> {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let new = visitors.difference(&known).copied().collect();
        *known = visitors;
        new
    }

    /// Takes the block of a visitor back.
    pub fn remove(&self, visitor: UserId) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).remove(&visitor);
    }
}
