//! Words that agents let the assistant's voice say and of which nothing was sent to the visitor.

use super::SayId;
use crate::UtteranceId;

#[derive(Debug, Clone)]
pub(super) struct Saying {
    pub(super) id: SayId,
    /// What of them has begun.
    pub(super) utterances: Vec<UtteranceId>,
}

/// Words of agents of which nothing was sent to the visitor, the oldest first.
#[derive(Debug, Clone, Default)]
pub(super) struct Sayings(pub(super) Vec<Saying>);

impl Sayings {
    pub(super) fn begin(&mut self, id: SayId) {
        self.0.push(Saying { id, utterances: Vec::new() });
    }

    /// An utterance that says these words begins.
    pub(super) fn add_utterance(&mut self, id: SayId, utterance: UtteranceId) {
        if let Some(saying) = self.0.iter_mut().find(|saying| saying.id == id) {
            saying.utterances.push(utterance);
        }
    }

    /// The first sound of this utterance goes to the visitor; gives back whose words it is.
    pub(super) fn take_spoken(&mut self, utterance: UtteranceId) -> Option<SayId> {
        let at = self.0.iter().position(|saying| saying.utterances.contains(&utterance))?;
        Some(self.0.remove(at).id)
    }

    pub(super) fn get(&self, id: SayId) -> Option<&Saying> {
        self.0.iter().find(|saying| saying.id == id)
    }

    pub(super) fn remove(&mut self, id: SayId) -> Option<Saying> {
        let at = self.0.iter().position(|saying| saying.id == id)?;
        Some(self.0.remove(at))
    }
}
