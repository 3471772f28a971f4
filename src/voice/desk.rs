//! The agent who has taken the call: which leg they speak from, and how they give the call back.

use std::sync::Arc;

use rooms::{User, UserId};

use super::leg::LegId;

/// Messages of an agent that the assistant is told at hand-back.
const AGENT_WORDS_MAX: usize = 20;

/// Which agent has the call. The conversation decides that; this is the call's copy.
#[derive(Debug, Default)]
pub(super) struct Desk {
    agent: Option<User>,
    /// The leg from which the agent speaks.
    holder: Option<LegId>,
    /// The note of an agent who is giving the call back.
    handing_back: Option<Arc<str>>,
    /// What the agent wrote meanwhile.
    written: Vec<Arc<str>>,
    /// Who ended the call, where somebody did.
    ended_by: Option<User>,
}

impl Desk {
    /// Of a call in a conversation that this agent has, where one has it.
    pub(super) fn new(agent: Option<User>) -> Self {
        Self { agent, ..Self::default() }
    }

    /// The agent who has the conversation.
    pub(super) fn agent(&self) -> Option<&User> {
        self.agent.as_ref()
    }

    /// Whether this person has the conversation.
    pub(super) fn is_agent(&self, user: UserId) -> bool {
        self.agent.as_ref().is_some_and(|agent| agent.id == user)
    }

    /// The leg from which the agent speaks.
    pub(super) fn holder(&self) -> Option<LegId> {
        self.holder
    }

    /// Whether the agent speaks from this leg.
    pub(super) fn is_holder(&self, leg: LegId) -> bool {
        self.holder == Some(leg)
    }

    /// Whether the agent is giving the call back.
    pub(super) fn is_handing_back(&self) -> bool {
        self.handing_back.is_some()
    }

    /// The conversation has agreed: this agent has the call, at this leg.
    pub(super) fn take(&mut self, agent: User, leg: LegId) {
        self.agent = Some(agent);
        self.holder = Some(leg);
    }

    /// An agent has taken the conversation by text; false where they have it already.
    pub(super) fn take_by_text(&mut self, agent: &User) -> bool {
        if self.is_agent(agent.id) {
            return false;
        }
        self.agent = Some(agent.clone());
        self.holder = None;
        true
    }

    /// Keeps the note of whoever asks to give the call back; false where they do not have it. The note goes before
    /// the release, whose echo would otherwise give the call back without it.
    pub(super) fn begin_hand_back(&mut self, user: UserId, note: Arc<str>) -> bool {
        let has_call = self.is_agent(user);
        if has_call {
            self.handing_back = Some(note);
        }
        has_call
    }

    /// The conversation has not agreed; false where this person had nothing to give. Others may try at the same time.
    pub(super) fn refuse_hand_back(&mut self, user: UserId) -> bool {
        self.is_agent(user) && self.handing_back.take().is_some()
    }

    /// Nobody has the call any more. Gives back what the assistant is to be told: the note, and what was written.
    pub(super) fn hand_back(&mut self) -> Arc<str> {
        self.holder = None;
        self.agent = None;
        let mut told = self.handing_back.take().map(|note| note.to_string()).unwrap_or_default();
        for words in self.written.drain(..) {
            told.push_str(&format!(" They wrote in the chat: {words}"));
        }
        told.trim().into()
    }

    /// The agent is gone for good; gives back who it was.
    pub(super) fn remove_agent(&mut self) -> Option<User> {
        self.holder = None;
        self.agent.take()
    }

    /// The agent wrote this in the chat.
    pub(super) fn record_written(&mut self, words: Arc<str>) {
        if self.written.len() < AGENT_WORDS_MAX {
            self.written.push(words);
        }
    }

    /// Somebody ends the call.
    pub(super) fn end(&mut self, by: User) {
        self.ended_by = Some(by);
    }

    /// Who ended the call, where somebody did.
    pub(super) fn take_ended_by(&mut self) -> Option<User> {
        self.ended_by.take()
    }
}

#[cfg(test)]
mod tests {
    use rooms::UserKind;

    use super::*;

    const ADA: UserId = UserId(1);
    const BOB: UserId = UserId(2);
    const LEG: LegId = LegId(3);

    fn agent(id: UserId) -> User {
        User { id, kind: UserKind::Agent, name: "A".into() }
    }

    fn taken() -> Desk {
        let mut desk = Desk::new(None);
        desk.take(agent(ADA), LEG);
        desk
    }

    #[test]
    fn whoever_takes_the_call_speaks_from_that_leg_alone() {
        let desk = taken();

        assert!(desk.is_agent(ADA) && !desk.is_agent(BOB));
        assert!(desk.is_holder(LEG) && !desk.is_holder(LegId(4)));
    }

    #[test]
    fn another_agent_who_takes_by_text_has_no_voice_yet() {
        let mut desk = taken();
        assert!(!desk.take_by_text(&agent(ADA)), "they have it already");
        assert_eq!(desk.holder(), Some(LEG));

        assert!(desk.take_by_text(&agent(BOB)));
        assert_eq!((desk.agent().map(|one| one.id), desk.holder()), (Some(BOB), None));
    }

    #[test]
    fn the_assistant_is_told_the_note_and_what_was_written() {
        let mut desk = taken();
        desk.record_written("see our site".into());
        assert!(desk.begin_hand_back(ADA, "wants a refund".into()));
        assert!(desk.is_handing_back());

        assert_eq!(&*desk.hand_back(), "wants a refund They wrote in the chat: see our site");
        assert!(desk.agent().is_none() && desk.holder().is_none() && !desk.is_handing_back());
        assert_eq!(&*desk.hand_back(), "", "nothing is told twice");
    }

    #[test]
    fn only_who_has_the_call_begins_and_loses_a_hand_back() {
        let mut desk = taken();

        assert!(!desk.begin_hand_back(BOB, "mine".into()));
        assert!(!desk.refuse_hand_back(ADA), "nothing was begun");
        desk.begin_hand_back(ADA, "note".into());
        assert!(!desk.refuse_hand_back(BOB));
        assert!(desk.is_handing_back());
        assert!(desk.refuse_hand_back(ADA));
        assert!(!desk.is_handing_back() && desk.is_agent(ADA));
    }

    #[test]
    fn what_is_told_of_messages_is_bounded() {
        let mut desk = taken();
        for _ in 0..AGENT_WORDS_MAX + 5 {
            desk.record_written("x".into());
        }

        assert_eq!(desk.hand_back().matches("They wrote").count(), AGENT_WORDS_MAX);
    }

    #[test]
    fn an_agent_who_is_lost_is_named_once() {
        let mut desk = taken();

        assert_eq!(desk.remove_agent().map(|one| one.id), Some(ADA));
        assert_eq!(desk.remove_agent(), None);
        assert_eq!(desk.holder(), None);
    }
}
