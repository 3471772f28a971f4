//! How a supervised reply stands, as agents are told.

use std::sync::Arc;

use crate::{EntryId, Timestamp, User};

/// How a supervised reply stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingNews {
    /// The reply.
    pub id: EntryId,
    /// What is written of it.
    pub text: Arc<str>,
    /// Whether that is all.
    pub is_complete: bool,
    /// When it goes out by itself, where it does.
    pub sends_at: Option<Timestamp>,
    /// The agent who holds it.
    pub held_by: Option<User>,
    /// The agent who let it go out while it is written.
    pub sent_by: Option<User>,
}
