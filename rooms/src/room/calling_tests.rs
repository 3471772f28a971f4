//! A call against everything that may happen in its conversation.

use std::sync::Arc;

use super::*;
use crate::{CallId, UserId, UserKind};

const NOW: Timestamp = Timestamp(1_000);
const CALL: CallId = CallId(7);
const SPEECH: EntryId = EntryId(500);

fn user(id: u128, kind: UserKind) -> User {
    User { id: UserId(id), kind, name: Arc::from("somebody") }
}

fn visitor() -> User {
    user(1, UserKind::Visitor)
}

fn agent() -> User {
    user(10, UserKind::Agent)
}

fn assistant() -> User {
    user(30, UserKind::Assistant)
}

struct Phone {
    room: Room,
    stored: Head,
    log: Vec<Entry>,
    told: Vec<Announcement>,
    next_id: u128,
}

impl Phone {
    fn new() -> Self {
        let rules = Rules {
            has_assistant: true,
            handoff_enabled: true,
            handoff_words: Arc::new(HandoffWords::default()),
            typing_lapse_ms: 6_000,
            presence: PresenceRules { grace_ms: 10_000 },
        };
        let head = Head::begin(true, NOW);
        let room = Room::new(head.clone(), rules, []);
        Self { room, stored: head, log: Vec::new(), told: Vec::new(), next_id: 1_000 }
    }

    fn in_call() -> Self {
        let mut phone = Self::new();
        phone.start(CALL).unwrap();
        phone
    }

    fn id(&mut self) -> EntryId {
        self.next_id += 2;
        EntryId(self.next_id)
    }

    fn run_at(&mut self, command: Command, now: Timestamp) -> Result<(), Refusal> {
        for effect in self.room.apply(command, now)? {
            match effect {
                Effect::Commit(draft) => {
                    let entries = self.stored.commit(draft, now).expect("nobody else commits here");
                    self.log.extend(entries.clone());
                    for after in self.room.committed(entries) {
                        if let Effect::Announce(_, what) = after {
                            self.told.push(what);
                        }
                    }
                }
                Effect::Announce(_, what) => self.told.push(what),
                Effect::StoreRead { .. } => {}
            }
        }
        Ok(())
    }

    fn run(&mut self, command: Command) -> Result<(), Refusal> {
        self.run_at(command, NOW)
    }

    fn start(&mut self, call: CallId) -> Result<(), Refusal> {
        let id = self.id();
        self.run(Command::StartCall { by: visitor(), call, id })
    }

    fn say(&mut self, text: &str) {
        let (id, event) = (self.id(), self.id());
        let content = Content { text: Arc::from(text), ..Content::default() };
        self.run(Command::Send { author: visitor(), id, content, handoff_ids: (event, TicketId(9)) })
            .unwrap();
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
                _ => None,
            })
            .collect()
    }

    fn spoken(&self) -> Vec<(String, Option<Interruption>)> {
        self.log
            .iter()
            .filter(|entry| entry.author.kind == UserKind::Assistant)
            .filter_map(|entry| entry.body.content())
            .map(|content| (content.text.to_string(), content.interrupted))
            .collect()
    }
}

#[test]
fn a_conversation_has_one_call_at_a_time() {
    let mut phone = Phone::in_call();

    assert_eq!(phone.start(CallId(8)), Err(Refusal::InCall { call: CALL }));
    assert_eq!(phone.log.len(), 1);
}

#[test]
fn the_assistant_writes_nothing_of_its_own_during_a_call() {
    let mut phone = Phone::in_call();
    phone.say("when do you open?");

    assert!(!phone.room.wants_reply());
}

#[test]
fn what_was_said_in_a_call_is_not_answered_again_after_it() {
    let mut phone = Phone::in_call();
    phone.say("when do you open?");
    let id = phone.id();
    phone
        .run_at(
            Command::EndCall { by: visitor(), call: CALL, reason: "visitor".into(), id },
            Timestamp(62_500),
        )
        .unwrap();

    assert!(!phone.room.wants_reply());
    let ended = Event::CallEnded { call: CALL, seconds: 61, reason: "visitor".into() };
    assert_eq!(phone.events().last(), Some(&&ended));
    phone.say("and tomorrow?");
    assert!(phone.room.wants_reply());
}

#[test]
fn a_call_silences_a_reply_in_text_of_which_nothing_was_sent() {
    let mut phone = Phone::new();
    phone.say("hello there");
    phone.run(Command::BeginReply { id: SPEECH, author: assistant() }).unwrap();
    phone.start(CALL).unwrap();

    assert!(phone.told.contains(&Announcement::Cancelled(SPEECH, Interruption::Superseded)));
    let late = phone.run(Command::WriteReply { id: SPEECH, piece: Arc::from("late") });
    assert_eq!(late, Err(Refusal::Superseded));
}

#[test]
fn a_takeover_keeps_what_was_heard_before_it_and_nothing_more() {
    let mut phone = Phone::in_call();
    phone.speak("We are open");
    let id = phone.id();
    phone.run(Command::TakeOver { agent: agent(), seen: None, id }).unwrap();

    assert_eq!(phone.spoken(), [("We are open".to_owned(), Some(Interruption::Takeover))]);
    let late = phone.run(Command::FinishReply { id: SPEECH, metadata: None, usage: None });
    assert_eq!(late, Err(Refusal::Superseded));
    let again = phone.run(Command::BeginSpeech { id: EntryId(501), author: assistant() });
    assert_eq!(again, Err(Refusal::NotHolder { holder: Some(agent()) }));
}

#[test]
fn asking_for_a_person_does_not_cut_what_the_assistant_is_saying() {
    let mut phone = Phone::in_call();
    phone.speak("I will fetch a colleague,");
    let ids = (phone.id(), TicketId(9));
    phone.run(Command::RequestHandoff { by: visitor(), reason: "button".into(), ids }).unwrap();
    phone.run(Command::WriteReply { id: SPEECH, piece: Arc::from(" one moment.") }).unwrap();
    let id = phone.id();
    phone.run(Command::Resume { by: User::system(), reason: "nobody_came".into(), id }).unwrap();
    phone.run(Command::FinishReply { id: SPEECH, metadata: None, usage: None }).unwrap();

    assert_eq!(phone.spoken(), [("I will fetch a colleague, one moment.".to_owned(), None)]);
}

#[test]
fn the_entry_holds_what_was_heard_even_where_pieces_ran_ahead() {
    let mut phone = Phone::in_call();
    phone.speak("We are open until eight");
    let text = Arc::from("We are open");
    phone.run(Command::FinishSpeech { id: SPEECH, text, is_interrupted: true, metadata: None }).unwrap();

    assert_eq!(phone.spoken(), [("We are open".to_owned(), Some(Interruption::Superseded))]);
    assert!(phone.room.reply().is_none());
}

#[test]
fn closing_the_conversation_ends_its_call_first() {
    let mut phone = Phone::in_call();
    phone.speak("Goodb");
    let id = phone.id();
    phone.run_at(Command::End { by: agent(), idle: false, id }, Timestamp(4_000)).unwrap();

    assert_eq!(phone.spoken(), [("Goodb".to_owned(), Some(Interruption::Closed))]);
    let ended = Event::CallEnded { call: CALL, seconds: 3, reason: "agent".into() };
    assert_eq!(phone.events()[1..], [&ended, &Event::Closed { by: ClosedBy::Agent }]);
    assert_eq!(phone.room.head().call, None);
    let id = phone.id();
    let again = Command::EndCall { by: visitor(), call: CALL, reason: "visitor".into(), id };
    assert_eq!(phone.run(again), Ok(()));
    assert_eq!(phone.events().len(), 3);
}
