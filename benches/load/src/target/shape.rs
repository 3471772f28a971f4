//! How many rooms, and who is in them.

/// Rooms of a visitor and this many others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) rooms: usize,
    pub(crate) agents: usize,
    /// Orgs that the rooms are spread over, each with two agents: what the presence of an agent costs grows with the
    /// rooms of their org.
    pub(crate) orgs: usize,
}

impl Shape {
    pub(crate) fn clients(&self) -> usize {
        self.rooms * self.members()
    }

    /// Members of a room.
    pub(crate) fn members(&self) -> usize {
        self.agents + 1
    }
}
