//! The script: utterances in conversation order, whatever order their transcripts arrive in.

use std::collections::VecDeque;
use std::sync::Arc;

use super::words::Words;
use super::{Ending, ItemId, LinkId, Output, Role, Turn};
use crate::UtteranceId;

/// Words of a visitor's turn that have not come after so long will not; the entries after it wait for them.
const WORDS_MS: u64 = 10_000;

/// Words of a turn that have no last one are all of them when none has come for so long after its end.
const SETTLING_MS: u64 = 1_500;

/// A turn that was only detected, and of which not one word has come for so long after its end, was none: a cough.
const WORDLESS_MS: u64 = 4_000;

/// Turns that are told to a new session; the oldest go first. More would not fit a voice model's context either.
const HISTORY_MAX: usize = 400;

/// Utterances that may wait to be written. A conversation has a handful; a provider that sends more misbehaves,
/// and what it adds then is not heard.
const PENDING_MAX: usize = 256;

#[derive(Debug, Clone)]
enum State {
    Open {
        until_ms: Option<u64>,
    },
    /// Cut, but how much was heard is not known yet.
    Cutting,
    Ended(Ending),
}

/// Where the words of an utterance come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// The conversation on this connection.
    Link(LinkId),
    /// Whoever writes down what people say to each other: no connection knows of it.
    Aside,
}

#[derive(Debug, Clone)]
struct Utterance {
    id: UtteranceId,
    role: Role,
    item: ItemId,
    source: Source,
    words: Words,
    state: State,
    /// Its words come without a last one: it is over when they cease.
    settles: bool,
    /// Whether anybody knows of it.
    is_announced: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Script {
    pending: VecDeque<Utterance>,
    history: VecDeque<Turn>,
    /// How many turns have ever been added.
    told_count: usize,
    next_id: u32,
}

impl Default for Script {
    /// Ids begin with 1: in audio frames, 0 stands for no utterance.
    fn default() -> Self {
        Self { pending: VecDeque::new(), history: VecDeque::new(), told_count: 0, next_id: 1 }
    }
}

impl Script {
    /// An utterance begins, after the item it follows where that still waits, or at the end. `None` where it has
    /// begun already, or too many wait.
    pub(super) fn begin(
        &mut self,
        role: Role,
        source: Source,
        item: ItemId,
        after: Option<&ItemId>,
        until_ms: Option<u64>,
    ) -> Option<UtteranceId> {
        let is_known = |utterance: &Utterance| {
            utterance.item == item && !(utterance.settles && matches!(utterance.state, State::Ended(_)))
        };
        let is_known = self.pending.iter().any(is_known);
        if is_known || self.pending.len() == PENDING_MAX {
            return None;
        }
        let id = UtteranceId(self.next_id);
        self.next_id += 1;
        let place = after
            .and_then(|after| self.pending.iter().position(|utterance| utterance.item == *after))
            .map_or(self.pending.len(), |place| place + 1);
        let state = State::Open { until_ms };
        let words = Words::default();
        let utterance =
            Utterance { id, role, item, source, words, state, settles: false, is_announced: true };
        self.pending.insert(place, utterance);
        Some(id)
    }

    /// A turn of the visitor begins whose words will cease without a last one. It has its place; nobody knows of it
    /// until a word comes.
    pub(super) fn begin_turn(&mut self, link: LinkId, item: ItemId) {
        if let Some(id) = self.begin(Role::Visitor, Source::Link(link), item, None, None)
            && let Some(utterance) = self.get_mut(id)
        {
            (utterance.settles, utterance.is_announced) = (true, false);
        }
    }

    /// That turn is over; what is still to come of its words comes soon.
    pub(super) fn end_turn(&mut self, item: &ItemId, now_ms: u64) {
        let Some(utterance) = self.open(item).and_then(|id| self.get_mut(id)) else { return };
        let wait_ms = if utterance.is_announced { SETTLING_MS } else { WORDLESS_MS };
        utterance.state = State::Open { until_ms: Some(now_ms + wait_ms) };
    }

    /// A word of a turn has come that settles: it is known from now on, and waited for a little longer. Whether it
    /// was not known before.
    pub(super) fn hear_word(&mut self, id: UtteranceId, now_ms: u64) -> bool {
        let Some(utterance) = self.get_mut(id) else { return false };
        if let State::Open { until_ms: Some(until_ms) } = &mut utterance.state
            && utterance.settles
        {
            *until_ms = now_ms + SETTLING_MS;
        }
        !std::mem::replace(&mut utterance.is_announced, true)
    }

    /// Whether the visitor is in a turn, or was, of which there is no word yet.
    pub(super) fn lacks_words(&self) -> bool {
        self.settling().any(|utterance| utterance.words.is_empty())
    }

    /// Whether words may still come of a turn that settles.
    pub(super) fn has_settling(&self) -> bool {
        self.settling().next().is_some()
    }

    fn settling(&self) -> impl Iterator<Item = &Utterance> {
        let is_open =
            |utterance: &&Utterance| utterance.settles && matches!(utterance.state, State::Open { .. });
        self.pending.iter().filter(is_open)
    }

    /// What was said and done, with what is not over yet as far as it is in words.
    pub(super) fn dialogue(&self) -> Vec<Turn> {
        let begun = self.pending.iter().filter(|utterance| !utterance.words.is_empty());
        let begun = begun.map(|utterance| Turn::Said(utterance.role, utterance.words.as_str().into()));
        self.history.iter().cloned().chain(begun).collect()
    }

    /// Nothing more is heard of turns that settle: they are over as they stand.
    pub(super) fn settle_turns(&mut self) {
        for utterance in self.pending.iter_mut().filter(|utterance| utterance.settles) {
            if matches!(utterance.state, State::Open { .. }) {
                utterance.state = State::Ended(Ending::Whole);
            }
        }
    }

    fn get_mut(&mut self, id: UtteranceId) -> Option<&mut Utterance> {
        self.pending.iter_mut().find(|utterance| utterance.id == id)
    }

    pub(super) fn words_deadline(now_ms: u64) -> u64 {
        now_ms + WORDS_MS
    }

    /// The open utterance of an item.
    pub(super) fn open(&self, item: &ItemId) -> Option<UtteranceId> {
        self.pending
            .iter()
            .find(|utterance| utterance.item == *item && matches!(utterance.state, State::Open { .. }))
            .map(|utterance| utterance.id)
    }

    /// The open utterance of an item that people say to each other.
    pub(super) fn open_aside(&self, item: &ItemId) -> Option<UtteranceId> {
        self.pending
            .iter()
            .find(|utterance| {
                utterance.item == *item
                    && utterance.source == Source::Aside
                    && matches!(utterance.state, State::Open { .. })
            })
            .map(|utterance| utterance.id)
    }

    /// Open utterances of the assistant, in order.
    pub(super) fn open_replies(&self) -> Vec<UtteranceId> {
        self.pending
            .iter()
            .filter(|utterance| {
                utterance.role == Role::Assistant && matches!(utterance.state, State::Open { .. })
            })
            .map(|utterance| utterance.id)
            .collect()
    }

    /// Whether the assistant has begun something that is not over.
    pub(super) fn has_open_reply(&self) -> bool {
        !self.open_replies().is_empty()
    }

    /// Takes nothing more in of what the assistant is saying; how much was heard comes later.
    pub(super) fn begin_cut(&mut self) {
        for utterance in &mut self.pending {
            if utterance.role == Role::Assistant && matches!(utterance.state, State::Open { .. }) {
                utterance.state = State::Cutting;
            }
        }
    }

    /// What is being cut.
    pub(super) fn cutting(&self) -> Vec<UtteranceId> {
        self.pending
            .iter()
            .filter(|utterance| matches!(utterance.state, State::Cutting))
            .map(|utterance| utterance.id)
            .collect()
    }

    /// The words of an utterance so far that were heard.
    pub(super) fn heard_words(
        &self,
        id: UtteranceId,
        heard_samples: u64,
        received_samples: u64,
    ) -> Option<&str> {
        let utterance = self.pending.iter().find(|utterance| utterance.id == id)?;
        Some(utterance.words.heard(heard_samples, received_samples))
    }

    /// What was said and done, the oldest first.
    pub(super) fn turns(&self) -> impl Iterator<Item = &Turn> {
        self.history.iter()
    }

    /// The item of an utterance and the connection it stands on.
    pub(super) fn item(&self, id: UtteranceId) -> Option<(LinkId, ItemId)> {
        let utterance = self.pending.iter().find(|utterance| utterance.id == id)?;
        match utterance.source {
            Source::Link(link) => Some((link, utterance.item.clone())),
            Source::Aside => None,
        }
    }

    /// The words of an open utterance are waited for until then.
    pub(super) fn expect_words(&mut self, id: UtteranceId, now_ms: u64) {
        if let Some(utterance) = self.pending.iter_mut().find(|utterance| utterance.id == id) {
            utterance.state = State::Open { until_ms: Some(Self::words_deadline(now_ms)) };
        }
    }

    /// Adds words to an utterance; gives back all of them so far.
    pub(super) fn add_words(&mut self, id: UtteranceId, words: &str) -> Option<&str> {
        let utterance = self.get_mut(id)?;
        utterance.words.push(words);
        Some(utterance.words.as_str())
    }

    /// Adds words and when they are heard. What is being cut still gets its words: which of them were heard is decided
    /// by their times. Gives the utterance where it is not being cut.
    pub(super) fn add_timed_words(
        &mut self,
        item: &ItemId,
        words: &str,
        (from_ms, to_ms): (u64, u64),
    ) -> Option<UtteranceId> {
        let takes = |utterance: &&mut Utterance| {
            utterance.item == *item && matches!(utterance.state, State::Open { .. } | State::Cutting)
        };
        let utterance = self.pending.iter_mut().find(takes)?;
        utterance.words.push_timed(words, from_ms, to_ms);
        matches!(utterance.state, State::Open { .. }).then_some(utterance.id)
    }

    /// These are its words, whatever they were taken for before.
    pub(super) fn set_words(&mut self, id: UtteranceId, words: &str) {
        if let Some(utterance) = self.pending.iter_mut().find(|utterance| utterance.id == id) {
            utterance.words.set(words);
        }
    }

    /// The utterance is over as it stands.
    pub(super) fn end(&mut self, id: UtteranceId, ending: Ending) {
        if let Some(utterance) = self.pending.iter_mut().find(|utterance| utterance.id == id) {
            utterance.state = State::Ended(ending);
        }
    }

    /// The utterance was cut when so much of what was received had been heard.
    pub(super) fn cut(&mut self, id: UtteranceId, heard_samples: u64, received_samples: u64) {
        if let Some(utterance) = self.pending.iter_mut().find(|utterance| utterance.id == id) {
            utterance.words.cut(heard_samples, received_samples);
            utterance.state = State::Ended(Ending::Interrupted);
        }
    }

    /// Forgets the visitor's turns that are not in words, as another connection will hear them again. Whether
    /// there were any.
    pub(super) fn forget_unheard(&mut self) -> bool {
        let before = self.pending.len();
        self.pending.retain(|utterance| {
            utterance.role != Role::Visitor
                || utterance.source == Source::Aside
                || matches!(utterance.state, State::Ended(_))
        });
        self.pending.len() < before
    }

    /// Takes out the visitor's turns whose words the connection still owes, with those that have come.
    pub(super) fn take_unheard(&mut self) -> Vec<(UtteranceId, ItemId, Arc<str>)> {
        let mut unheard = Vec::new();
        self.pending.retain(|utterance| {
            let is_owed = utterance.role == Role::Visitor
                && utterance.source != Source::Aside
                && matches!(utterance.state, State::Open { .. });
            if is_owed {
                unheard.push((utterance.id, utterance.item.clone(), utterance.words.as_str().into()));
            }
            !is_owed
        });
        unheard
    }

    /// Ends what has waited too long for its words, or everything where `now_ms` is `None`. Whether a turn has got all
    /// of them by that.
    pub(super) fn expire(&mut self, now_ms: Option<u64>) -> bool {
        let mut has_settled = false;
        for utterance in &mut self.pending {
            let State::Open { until_ms } = utterance.state else { continue };
            let is_late = now_ms.is_none_or(|now_ms| until_ms.is_some_and(|until| now_ms >= until));
            if is_late {
                has_settled |= utterance.settles;
                let ending = match utterance.role {
                    Role::Visitor if utterance.settles => Ending::Whole,
                    Role::Assistant => Ending::Interrupted,
                    Role::Visitor | Role::Agent => Ending::Unintelligible,
                };
                utterance.state = State::Ended(ending);
            }
        }
        has_settled
    }

    /// Writes what is over and has nothing unfinished before it. Gives back what the model has not heard itself.
    pub(super) fn write(&mut self, outputs: &mut Vec<Output>) -> Vec<Turn> {
        let mut unheard = Vec::new();
        while let Some(Utterance { state: State::Ended(ending), .. }) = self.pending.front() {
            let ending = *ending;
            let Some(utterance) = self.pending.pop_front() else { break };
            // Nothing heard of the assistant is nothing said.
            if utterance.words.is_empty() && ending != Ending::Unintelligible {
                continue;
            }
            let text: Arc<str> = utterance.words.into_text().into();
            if !text.is_empty() {
                let turn = Turn::Said(utterance.role, text.clone());
                if utterance.source == Source::Aside {
                    unheard.push(turn.clone());
                }
                self.append(turn);
            }
            outputs.push(Output::Write { utterance: utterance.id, role: utterance.role, text, ending });
        }
        unheard
    }

    /// Adds a turn to what a new session is told.
    pub(super) fn append(&mut self, turn: Turn) {
        if self.history.len() == HISTORY_MAX {
            self.history.pop_front();
        }
        self.history.push_back(turn);
        self.told_count += 1;
    }

    pub(super) fn told_count(&self) -> usize {
        self.told_count
    }

    /// What was said since so many turns had been added.
    pub(super) fn history_since(&self, told_count: usize) -> Vec<Turn> {
        let new = (self.told_count - told_count).min(self.history.len());
        self.history.range(self.history.len() - new..).cloned().collect()
    }

    pub(super) fn next_deadline(&self) -> Option<u64> {
        self.pending
            .iter()
            .filter_map(|utterance| match utterance.state {
                State::Open { until_ms } => until_ms,
                State::Cutting | State::Ended(_) => None,
            })
            .min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: Source = Source::Link(LinkId(0));

    fn item(name: &str) -> ItemId {
        ItemId(name.into())
    }

    fn written(script: &mut Script) -> Vec<String> {
        let mut outputs = Vec::new();
        script.write(&mut outputs);
        outputs
            .into_iter()
            .filter_map(|output| match output {
                Output::Write { text, .. } => Some(text.to_string()),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn entries_are_written_in_the_order_of_the_conversation_not_of_their_words() {
        let mut script = Script::default();
        let question = script.begin(Role::Visitor, LINK, item("u"), None, Some(10_000)).unwrap();
        let answer = script.begin(Role::Assistant, LINK, item("a"), Some(&item("u")), None).unwrap();
        script.add_words(answer, "Yes.");
        script.end(answer, Ending::Whole);
        assert!(written(&mut script).is_empty());

        script.add_words(question, "Open today?");
        script.end(question, Ending::Whole);

        assert_eq!(written(&mut script), ["Open today?", "Yes."]);
    }

    #[test]
    fn a_late_turn_takes_the_place_that_the_provider_gives_it() {
        let mut script = Script::default();
        for (name, after) in [("a", None), ("c", None), ("b", Some("a"))] {
            let after = after.map(item);
            let id = script.begin(Role::Visitor, LINK, item(name), after.as_ref(), None).unwrap();
            script.add_words(id, name);
            script.end(id, Ending::Whole);
        }

        assert_eq!(written(&mut script), ["a", "b", "c"]);
    }

    #[test]
    fn words_that_never_come_do_not_hold_the_rest_up() {
        let mut script = Script::default();
        script.begin(Role::Visitor, LINK, item("u"), None, Some(10_000));
        script.expire(Some(9_999));
        assert!(written(&mut script).is_empty());
        script.expire(Some(10_000));

        assert_eq!(written(&mut script), [""]);
    }
}
