//! Where entries were committed.

/// Where entries were committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// By this room.
    Here,
    /// By another node, or by another writer of this one.
    Elsewhere,
}
