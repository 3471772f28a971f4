//! Which other nodes are heard, and whether anything of theirs was missed.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::model::NodeId;

/// After so long without hearing of it, another node counts as gone.
const GONE_AFTER: Duration = Duration::from_secs(6);

#[derive(Debug)]
struct Other {
    number: u64,
    heard_at: Instant,
}

/// The other nodes, by what was heard of them last.
#[derive(Debug, Default)]
pub(super) struct Others(HashMap<NodeId, Other>);

impl Others {
    /// Takes in that a batch was heard; false where it does not follow the one before, or is the first.
    pub(super) fn follows(&mut self, node: NodeId, number: u64, now: Instant) -> bool {
        let before = self.0.insert(node, Other { number, heard_at: now });
        before.is_some_and(|before| before.number + 1 == number)
    }

    /// Takes out and gives those that are gone.
    pub(super) fn gone(&mut self, now: Instant) -> Vec<NodeId> {
        let is_gone = |other: &Other| now.duration_since(other.heard_at) > GONE_AFTER;
        let gone: Vec<NodeId> =
            self.0.iter().filter(|(_, other)| is_gone(other)).map(|(node, _)| *node).collect();
        for node in &gone {
            self.0.remove(node);
        }
        gone
    }

    /// The bus was away: whoever is there is heard within a beat, with whatever number.
    pub(super) fn back(&mut self, now: Instant) {
        for other in self.0.values_mut() {
            *other = Other { number: 0, heard_at: now };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_missed_shows_in_the_numbers_and_who_is_silent_is_gone() {
        let (mut others, node, start) = (Others::default(), NodeId(1), crate::clock::instant());
        assert!(!others.follows(node, 7, start), "the first");
        assert!(others.follows(node, 8, start));
        assert!(!others.follows(node, 10, start), "9 was lost");

        let silent = start + GONE_AFTER;
        assert!(others.gone(silent).is_empty());
        others.back(silent);
        assert!(others.gone(silent + GONE_AFTER).is_empty(), "it could not be heard");
        assert!(!others.follows(node, 11, silent), "anything may have been missed");
        assert_eq!(others.gone(silent + GONE_AFTER + Duration::from_millis(1)), [node]);
    }
}
