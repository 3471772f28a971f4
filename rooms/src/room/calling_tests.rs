//! A call against everything that may happen in its conversation.

use std::sync::Arc;

use super::chat_for_tests::{Chat, agent, assistant, visitor};
use super::*;
use crate::CallId;

const CALL: CallId = CallId(7);
const SPEECH: EntryId = EntryId(500);

impl Chat {
    fn in_call() -> Self {
        let mut chat = Self::begun();
        chat.start(CALL).unwrap();
        chat
    }

    fn start(&mut self, call: CallId) -> Result<(), Refusal> {
        let id = self.id();
        self.run(Command::StartCall { by: visitor(), call, id })
    }

    fn speak(&mut self, text: &str) {
        self.run(Command::BeginSpeech { id: SPEECH, author: assistant() }).unwrap();
        self.run(Command::WriteReply { id: SPEECH, piece: Arc::from(text) }).unwrap();
    }

    fn events(&self) -> Vec<&Event> {
        self.log
            .iter()
            .filter_map(|entry| match &entry.body {
                Body::Event(event) => Some(event),
                Body::Message(_) | Body::Note(_) => None,
            })
            .collect()
    }
}

#[test]
fn a_conversation_has_one_call_at_a_time() {
    let mut phone = Chat::in_call();

    assert_eq!(phone.start(CallId(8)), Err(Refusal::InCall { call: CALL }));
    assert_eq!(phone.log.len(), 1);
}

#[test]
fn the_assistant_writes_nothing_of_its_own_during_a_call() {
    let mut phone = Chat::in_call();
    phone.say("when do you open?").unwrap();

    assert!(!phone.room.wants_reply());
}

#[test]
fn what_was_said_in_a_call_is_not_answered_again_after_it() {
    let mut phone = Chat::in_call();
    phone.say("when do you open?").unwrap();
    let id = phone.id();
    phone
        .run_at(
            Command::EndCall { by: visitor(), call: CALL, reason: "visitor".into(), at: None, id },
            Timestamp(62_500),
        )
        .unwrap();

    assert!(!phone.room.wants_reply());
    let ended = Event::CallEnded { call: CALL, seconds: 61, reason: "visitor".into() };
    assert_eq!(phone.events().last(), Some(&&ended));
    phone.say("and tomorrow?").unwrap();
    assert!(phone.room.wants_reply());
}

#[test]
fn a_call_silences_a_reply_in_text_of_which_nothing_was_sent() {
    let mut phone = Chat::begun();
    phone.say("hello there").unwrap();
    phone.run(Command::BeginReply { id: SPEECH, author: assistant() }).unwrap();
    phone.start(CALL).unwrap();

    assert!(phone.told.contains(&Announcement::Cancelled(SPEECH, Interruption::Superseded)));
    let late = phone.run(Command::WriteReply { id: SPEECH, piece: Arc::from("late") });
    assert_eq!(late, Err(Refusal::Superseded));
}

#[test]
fn a_takeover_keeps_what_was_heard_before_it_and_nothing_more() {
    let mut phone = Chat::in_call();
    phone.speak("We are open");
    let id = phone.id();
    phone.run(Command::TakeOver { agent: agent(), seen: None, from: None, id }).unwrap();

    assert_eq!(phone.texts(), [("We are open", Some(Interruption::Takeover))]);
    let late = phone.run(Command::FinishReply {
        id: SPEECH,
        metadata: None,
        usage: None,
        handoff: None,
        pending_id: EntryId(901),
    });
    assert_eq!(late, Err(Refusal::Superseded));
    let again = phone.run(Command::BeginSpeech { id: EntryId(501), author: assistant() });
    assert_eq!(again, Err(Refusal::NotHolder { holder: Some(agent()) }));
}

#[test]
fn asking_for_a_person_does_not_cut_what_the_assistant_is_saying() {
    let mut phone = Chat::in_call();
    phone.speak("I will fetch a colleague,");
    let ids = (phone.id(), TicketId(9));
    phone.run(Command::RequestHandoff { by: visitor(), reason: "button".into(), ids }).unwrap();
    phone.run(Command::WriteReply { id: SPEECH, piece: Arc::from(" one moment.") }).unwrap();
    let id = phone.id();
    phone.run(Command::Resume { by: User::system(), reason: "nobody_came".into(), id }).unwrap();
    phone
        .run(Command::FinishReply {
            id: SPEECH,
            metadata: None,
            usage: None,
            handoff: None,
            pending_id: EntryId(901),
        })
        .unwrap();

    assert_eq!(phone.texts(), [("I will fetch a colleague, one moment.", None)]);
}

#[test]
fn the_entry_holds_what_was_heard_even_where_pieces_ran_ahead() {
    let mut phone = Chat::in_call();
    phone.speak("We are open until eight");
    let text = Arc::from("We are open");
    phone.run(Command::FinishSpeech { id: SPEECH, text, is_interrupted: true, metadata: None }).unwrap();

    assert_eq!(phone.texts(), [("We are open", Some(Interruption::Superseded))]);
    assert!(phone.room.reply().is_none());
}

#[test]
fn closing_the_conversation_ends_its_call_first() {
    let mut phone = Chat::in_call();
    phone.speak("Goodb");
    let ids = (phone.id(), phone.id());
    phone.run_at(Command::End { by: agent(), idle: false, ids }, Timestamp(4_000)).unwrap();

    assert_eq!(phone.texts(), [("Goodb", Some(Interruption::Closed))]);
    let ended = Event::CallEnded { call: CALL, seconds: 3, reason: "agent".into() };
    assert_eq!(phone.events()[1..], [&ended, &Event::Closed { by: ClosedBy::Agent }]);
    assert_eq!(phone.room.head().call, None);
    let id = phone.id();
    let again = Command::EndCall { by: visitor(), call: CALL, reason: "visitor".into(), at: None, id };
    assert_eq!(phone.run(again), Ok(()));
    assert_eq!(phone.events().len(), 3);
}

#[test]
fn what_people_said_to_each_other_is_written_whoever_holds_the_conversation_by_then() {
    let mut phone = Chat::in_call();
    let overhear = |phone: &mut Chat, author, text| {
        let (id, content) = (phone.id(), Content { text: Arc::from(text), ..Content::default() });
        phone.run(Command::Overhear { author, id, content })
    };
    let id = phone.id();
    phone.run(Command::TakeOver { agent: agent(), seen: None, from: None, id }).unwrap();
    overhear(&mut phone, visitor(), "I want to speak with a human").unwrap();
    let id = phone.id();
    phone.run(Command::Release { agent: agent(), to: None, reason: None, id }).unwrap();
    overhear(&mut phone, agent(), "You just did").unwrap();

    let said = phone.log.iter().filter_map(|entry| Some((entry.author.kind, &*entry.body.content()?.text)));
    let expected = [(UserKind::Visitor, "I want to speak with a human"), (UserKind::Agent, "You just did")];
    assert_eq!(said.collect::<Vec<_>>(), expected);
    let id = phone.id();
    phone.run(Command::EndCall { by: agent(), call: CALL, reason: "agent".into(), at: None, id }).unwrap();
    overhear(&mut phone, visitor(), "Goodbye").unwrap();
    assert!(!phone.room.wants_reply(), "nobody answers in text what was said in a call");
    assert_eq!(phone.room.head().unread, 0);
    let is_handoff = |event: &&&Event| matches!(event, Event::Handoff { .. });
    assert_eq!(phone.events().iter().filter(is_handoff).count(), 0, "it was said to a person already");
    let ids = (phone.id(), phone.id());
    phone.run(Command::End { by: agent(), idle: false, ids }).unwrap();
    assert_eq!(overhear(&mut phone, agent(), "Goodbye"), Err(Refusal::Closed));
}
