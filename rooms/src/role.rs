//! Whose words an entry shows.

/// Whose words an entry shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// The visitor.
    Visitor,
    /// An agent.
    Agent,
    /// The assistant.
    Assistant,
    /// A server or Switchboard itself.
    System,
}
