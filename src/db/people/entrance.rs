//! What lets visitors in, in memory: their tokens, their names, their channels.
//!
//! Nothing of agents is here. The shell ends their sessions and tokens in the database while a server runs, and only
//! the database says so at once.

use std::sync::Arc;

use rooms::{ChannelId, OrgId, Timestamp, UserId};

use super::known::Known;
use crate::model::{BlockedVisitors, ChannelRecord, SuspendedOrgs};

/// Visitors' tokens kept: those of a storm of 10,000 that come back, at about 400 bytes each.
const TOKENS_MAX: usize = 16_384;
/// Visitors kept.
const VISITORS_MAX: usize = 16_384;
/// Channels kept, at some kilobytes each at most.
const CHANNELS_MAX: usize = 1_024;

/// Whom a token names. Tokens are never changed or taken back, they only expire.
#[derive(Debug, Clone, Copy)]
pub(super) struct NamedBy {
    pub(super) visitor: UserId,
    pub(super) expires_at: Timestamp,
}

/// What a visitor is called, and where they belong.
#[derive(Debug, Clone)]
pub(super) struct KnownVisitor {
    pub(super) org: OrgId,
    pub(super) channel: ChannelId,
    pub(super) name: Arc<str>,
}

/// Shared by every handle of one database.
#[derive(Debug)]
pub(crate) struct Entrance {
    /// By the tokens' hashes.
    pub(super) tokens: Known<Box<str>, NamedBy>,
    pub(super) visitors: Known<UserId, KnownVisitor>,
    pub(super) channels: Known<ChannelId, Arc<ChannelRecord>>,
    /// All of them, read as the database is opened.
    pub(super) blocked: BlockedVisitors,
    /// Held by whoever changes them.
    pub(super) blocking: tokio::sync::Mutex<()>,
    /// All of them, read as the database is opened.
    pub(super) suspended: SuspendedOrgs,
    /// Held by whoever changes them.
    pub(super) suspending: tokio::sync::Mutex<()>,
}

impl Default for Entrance {
    fn default() -> Self {
        Self {
            tokens: Known::new(TOKENS_MAX),
            visitors: Known::new(VISITORS_MAX),
            channels: Known::new(CHANNELS_MAX),
            blocked: BlockedVisitors::default(),
            blocking: tokio::sync::Mutex::default(),
            suspended: SuspendedOrgs::default(),
            suspending: tokio::sync::Mutex::default(),
        }
    }
}
