//! Takes words of agents back, and reports those that will not be said any more.

use super::{Output, Relay, SayId, SayStage};

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
