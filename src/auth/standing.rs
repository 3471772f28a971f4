//! How far a credential reaches of what the kind of its caller may do.

/// What a sign-in says besides who somebody is. Visitors, servers and members with an API token reach as far as their
/// kind does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// False where the org demands two-step sign-in and this member has not set it up: then they are let to their own
    /// account alone.
    pub is_set_up: bool,
}

impl Default for Standing {
    fn default() -> Self {
        Self { is_set_up: true }
    }
}
