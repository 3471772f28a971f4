//! What the hub keeps in memory, and giving back what a burst has left.

use super::registry::Hub;

/// What is kept at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Footprint {
    /// Rooms of conversations.
    pub rooms: usize,
    /// People with a connection.
    pub people: usize,
    /// Addresses, tokens and conversations whose counts per time are kept.
    pub counts: usize,
    /// Room for entries in the maps of the hub, used or not.
    pub capacity: usize,
}

impl Hub {
    /// What is kept now.
    #[must_use]
    pub fn footprint(&self) -> Footprint {
        Footprint {
            rooms: self.rooms.len(),
            people: self.connections.people_count(),
            counts: self.base.limits.key_count(),
            capacity: self.rooms.capacity() + self.connections.capacity(),
        }
    }

    /// Forgets counts that have been quiet, and gives back the room that maps needed for a burst. To be called about
    /// once a minute.
    pub fn sweep(&self) {
        self.base.limits.sweep();
        // A busy map keeps its capacity: it would only grow again.
        if self.rooms.capacity() > SPARE_FACTOR * self.rooms.len().max(SPARE_MIN) {
            self.rooms.shrink_to_fit();
        }
        if self.connections.capacity() > SPARE_FACTOR * self.connections.people_count().max(SPARE_MIN) {
            self.connections.shrink();
        }
    }
}

/// Ratio of capacity to length above which a map is shrunk.
const SPARE_FACTOR: usize = 4;
/// Capacity that a map always keeps.
const SPARE_MIN: usize = 256;
