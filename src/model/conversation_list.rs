//! The lists of conversations that every org has.

/// Which conversations of an org a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ConversationList {
    /// Assigned to the agent who looks.
    Mine,
    /// Assigned to nobody.
    Unassigned,
    /// Waiting for a person.
    Waiting,
    /// Every one that is not closed.
    #[default]
    All,
    /// The closed ones.
    Closed,
    /// Put aside until later.
    Snoozed,
    /// Answered by the agent, whose turn it is: the visitor wrote last.
    MyTurn,
    /// Those where a note mentions the agent, who has not read it yet.
    Mentions,
}
