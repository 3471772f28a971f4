//! Heads that the writer committed lately. They are what a conversation stood at, not what it stands at: whatever is
//! decided on one is checked again where it is stored.

use std::collections::HashMap;

use rooms::{ConversationId, Head, OrgId};

/// Heads of one generation at most. The drafts that need one are those decided before its commit was heard of, and
/// few wait so long that so many other conversations were committed meanwhile.
const GENERATION_MAX: usize = 2_048;

/// The heads after the newest commits, in two generations: the older one is dropped when the younger one is full.
#[derive(Debug, Default)]
pub(super) struct KnownHeads {
    young: HashMap<ConversationId, (OrgId, Head)>,
    old: HashMap<ConversationId, (OrgId, Head)>,
}

impl KnownHeads {
    /// Takes a conversation's head out, whose batch gives back what it is after its commit.
    pub(super) fn take(&mut self, org: OrgId, id: ConversationId) -> Option<Head> {
        let (owner, head) = self.young.remove(&id).or_else(|| self.old.remove(&id))?;
        (owner == org).then_some(head)
    }

    /// Remembers a head that was committed.
    pub(super) fn put(&mut self, org: OrgId, id: ConversationId, head: Head) {
        if self.young.len() >= GENERATION_MAX {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(id, (org, head));
    }
}

#[cfg(test)]
mod tests {
    use rooms::Timestamp;

    use super::*;

    const ORG: OrgId = OrgId(1);

    #[test]
    fn the_newest_heads_are_remembered_and_the_oldest_forgotten() {
        let mut known = KnownHeads::default();
        let rounds = 3 * GENERATION_MAX as u128;
        for id in 0..rounds {
            known.put(ORG, ConversationId(id), Head::begin(false, Timestamp(1)));
        }

        assert!(known.young.len() + known.old.len() <= 2 * GENERATION_MAX);
        assert_eq!(known.take(ORG, ConversationId(0)), None);
        assert!(known.take(ORG, ConversationId(rounds - 1)).is_some());
        assert_eq!(known.take(ORG, ConversationId(rounds - 1)), None, "taken");
        assert_eq!(known.take(OrgId(2), ConversationId(rounds - 2)), None, "another org's");
    }
}
