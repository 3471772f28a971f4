//! Whose sound or words.

/// Whose sound or words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The visitor's.
    Visitor,
    /// The assistant's.
    Assistant,
    /// The agent's.
    Agent,
}
