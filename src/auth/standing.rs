//! How far a credential reaches of what the kind of its caller may do.

use crate::model::{SuspendedOrgs, TokenRights};

/// What a sign-in or a token says besides who somebody is. By itself it reaches as far as the caller's kind does.
#[derive(Debug, Clone)]
pub struct Standing {
    /// False where the org demands two-step sign-in and this member has not set it up: then they are let to their own
    /// account alone.
    pub is_set_up: bool,
    /// False where it was proven too long ago for sensitive acts who signed in (`fresh_sign_in_minutes`).
    pub is_fresh: bool,
    /// Whether the caller is no member of the org and sets it up for its people.
    pub is_acting: bool,
    /// What the API token may do, where the caller has one.
    pub rights: TokenRights,
    /// Whether what is asked only reads: requests with GET or HEAD.
    pub is_reading: bool,
    /// Which orgs are suspended now.
    pub suspended_orgs: SuspendedOrgs,
}

impl Default for Standing {
    fn default() -> Self {
        Self {
            is_set_up: true,
            is_fresh: true,
            is_acting: false,
            rights: TokenRights::Admin,
            is_reading: false,
            suspended_orgs: SuspendedOrgs::default(),
        }
    }
}
