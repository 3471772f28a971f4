//! Who has a call, and for whom it waits.

use super::Floor;

/// Why nobody has the call, and until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Waiting {
    /// An agent wants it so.
    Wanted,
    /// The agent's leg is lost.
    AgentLost { until_ms: u64 },
    /// An agent has taken over by text and may come by voice.
    ByText { until_ms: u64 },
}

/// Who has the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holder {
    Assistant,
    Taking,
    Agent,
    Nobody(Waiting),
}

#[derive(Debug, Clone)]
pub(super) struct Holding {
    pub(super) holder: Holder,
    /// Until when a person who was asked for may come.
    pub(super) person_until_ms: Option<u64>,
    pub(super) is_listened_to: bool,
}

impl Holding {
    pub(super) fn new() -> Self {
        Self { holder: Holder::Assistant, person_until_ms: None, is_listened_to: false }
    }

    pub(super) fn is_assistant(&self) -> bool {
        self.holder == Holder::Assistant
    }

    /// Nobody is waited for any more.
    pub(super) fn forget_person(&mut self) {
        self.person_until_ms = None;
    }

    pub(super) fn has_agent(&self) -> bool {
        matches!(self.holder, Holder::Taking | Holder::Agent)
    }

    pub(super) fn shown(&self) -> Floor {
        match self.holder {
            Holder::Assistant => Floor::Assistant,
            Holder::Taking => Floor::Taking,
            Holder::Agent => Floor::Agent,
            Holder::Nobody(_) => Floor::Hold,
        }
    }

    pub(super) fn next_deadline(&self) -> Option<u64> {
        let waiting = match self.holder {
            Holder::Nobody(Waiting::AgentLost { until_ms } | Waiting::ByText { until_ms }) => Some(until_ms),
            _ => None,
        };
        waiting.into_iter().chain(self.person_until_ms).min()
    }
}
