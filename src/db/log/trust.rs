//! How much a batch believes before storage has said so.

/// What a batch may take for granted until it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trust {
    /// Known heads, and that no client message id repeats.
    All,
    /// Known heads.
    Heads,
    /// Nothing.
    Nothing,
}
