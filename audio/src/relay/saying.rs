//! Words that agents let the assistant's voice say, until they are heard: how far they are, and taking them back.

use super::{Output, Relay, SayId};
use crate::UtteranceId;

/// What became of words that an agent lets the assistant say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SayStage {
    /// They wait, or are being spoken into the playout queue; nothing of them was played.
    Waiting,
    /// Their first sound is on its way to the visitor.
    Speaking,
    /// An agent took them back: the visitor heard nothing of them.
    TakenBack,
    /// They were dropped before anything was played: the visitor spoke, an agent took over, or too many waited.
    Dropped,
}

#[derive(Debug, Clone)]
struct Saying {
    id: SayId,
    /// What of them has begun.
    utterances: Vec<UtteranceId>,
}

/// Words of agents of which nothing was sent to the visitor, the oldest first.
#[derive(Debug, Clone, Default)]
pub(super) struct Sayings(Vec<Saying>);

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

    fn get(&self, id: SayId) -> Option<&Saying> {
        self.0.iter().find(|saying| saying.id == id)
    }

    fn remove(&mut self, id: SayId) -> Option<Saying> {
        let at = self.0.iter().position(|saying| saying.id == id)?;
        Some(self.0.remove(at))
    }
}

impl Relay {
    /// Whether these words of an agent can still be taken back: no sound of them has been sent to the visitor.
    #[must_use]
    pub fn can_take_back(&self, id: SayId) -> bool {
        self.sayings.get(id).is_some()
    }

    /// Takes words of an agent back. Where their first sound is out already, nothing changes.
    pub(super) fn take_back(&mut self, id: SayId, now_ms: u64, out: &mut Vec<Output>) {
        let Some(saying) = self.sayings.remove(id) else { return };
        self.responses.withdraw(id);
        if self.responses.active().is_some_and(|active| active.say == Some(id)) {
            self.discard_response(false, now_ms, out);
        }
        for utterance in saying.utterances {
            self.line.remove(utterance);
            self.forget_unheard(utterance, 0, out);
            self.script.cut(utterance, 0, 0);
        }
        out.push(Output::Said(id, SayStage::TakenBack));
    }

    /// Reports the words of agents that will not be said any more.
    pub(super) fn drop_sayings(&mut self, out: &mut Vec<Output>) {
        let (responses, line) = (&self.responses, &self.line);
        self.sayings.0.retain(|saying| {
            let is_coming =
                responses.holds(saying.id) || saying.utterances.iter().any(|one| line.holds(*one));
            if !is_coming {
                out.push(Output::Said(saying.id, SayStage::Dropped));
            }
            is_coming
        });
    }
}
