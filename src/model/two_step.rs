//! Two-step sign-in of a member.

use rooms::Timestamp;

/// What is stored of a member's two-step sign-in besides the sealed key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TwoStepRecord {
    /// Since when it is demanded at sign-in; `None` until a first code has confirmed it.
    pub confirmed_at: Option<Timestamp>,
    /// How many recovery codes are left.
    pub recovery_code_count: usize,
}
