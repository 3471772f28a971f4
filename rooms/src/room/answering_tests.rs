//! A reply of the assistant against everything that may happen to it.

use std::sync::Arc;

use proptest::prelude::*;

use super::chat_for_tests::{Chat, NOW, agent, assistant, visitor};
use super::*;
use crate::Failure;
use crate::Status;

const REPLY: EntryId = EntryId(500);

impl Chat {
    /// In which the visitor has asked something.
    fn new() -> Self {
        let mut chat = Self::begun();
        chat.say("when do you open?").unwrap();
        chat
    }

    fn begin(&mut self) -> Result<(), Refusal> {
        self.run(Command::BeginReply { id: REPLY, author: assistant() })
    }

    fn write(&mut self, piece: &str) -> Result<(), Refusal> {
        self.run(Command::WriteReply { id: REPLY, piece: Arc::from(piece) })
    }

    fn finish(&mut self) -> Result<(), Refusal> {
        self.run(Command::FinishReply {
            id: REPLY,
            metadata: None,
            usage: None,
            handoff: None,
            pending_id: EntryId(901),
        })
    }
}

#[test]
fn a_reply_becomes_one_entry_with_everything_that_was_written() {
    let mut chat = Chat::new();
    chat.begin().unwrap();
    chat.write("At ").unwrap();
    chat.write("níne 🙂").unwrap();
    chat.write(".").unwrap();

    chat.finish().unwrap();

    assert_eq!(chat.texts(), [("At níne 🙂.", None)]);
    assert_eq!(chat.log[1].id, REPLY);
    assert!(chat.told.contains(&Announcement::Delta(REPLY, 9, Arc::from("."))), "offsets count code points");
    assert!(chat.told.contains(&Announcement::ReplyDone(REPLY, None)));
    assert!(!chat.room.wants_reply());
    assert_eq!(chat.finish(), Err(Refusal::Superseded), "it ends once");
}

#[test]
fn two_replies_are_never_written_at_once_and_what_came_meanwhile_is_answered_next() {
    let mut chat = Chat::new();
    chat.begin().unwrap();
    assert_eq!(chat.begin(), Err(Refusal::NothingToAnswer));
    chat.write("At nine.").unwrap();
    chat.say("and on Sunday?").unwrap();
    chat.say("and on Monday?").unwrap();

    chat.finish().unwrap();

    assert!(chat.room.wants_reply());
    let id = chat.id();
    chat.run(Command::BeginReply { id, author: assistant() }).unwrap();
    assert_eq!(chat.room.reply().map(|reply| reply.answers), Some(3), "both at once");
}

#[test]
fn a_takeover_keeps_what_was_said_before_it_and_refuses_the_rest() {
    let mut chat = Chat::new();
    chat.begin().unwrap();
    chat.write("At ni").unwrap();

    chat.take();

    assert_eq!(chat.texts(), [("At ni", Some(Interruption::Takeover))]);
    let last = chat.log.last().map(|entry| &entry.body);
    assert!(matches!(last, Some(Body::Event(Event::Takeover { .. }))), "the event comes after it");
    assert_eq!(chat.write("ne"), Err(Refusal::Superseded));
    assert_eq!(chat.finish(), Err(Refusal::Superseded));
    assert!(!chat.room.wants_reply());
}

#[test]
fn a_stopped_reply_keeps_what_was_sent_and_goes_no_further() {
    let mut chat = Chat::new();
    chat.begin().unwrap();
    chat.write("At ni").unwrap();

    chat.run(Command::StopReply { id: REPLY }).unwrap();

    assert_eq!(chat.texts(), [("At ni", Some(Interruption::Stopped))]);
    assert_eq!(chat.write("ne"), Err(Refusal::Superseded));
    assert!(!chat.room.wants_reply());
}

#[test]
fn a_reply_that_is_stopped_before_its_first_word_is_cancelled() {
    let mut chat = Chat::new();
    chat.begin().unwrap();

    chat.run(Command::StopReply { id: REPLY }).unwrap();

    assert_eq!(chat.texts(), []);
    assert!(chat.told.contains(&Announcement::Cancelled(REPLY, Interruption::Stopped)));
    assert!(!chat.room.wants_reply());
}

#[test]
fn a_reply_of_which_nothing_was_sent_is_cancelled() {
    let mut chat = Chat::new();
    chat.begin().unwrap();

    chat.take();

    assert_eq!(chat.texts(), []);
    assert!(chat.told.contains(&Announcement::Cancelled(REPLY, Interruption::Takeover)));
}

#[test]
fn a_finished_text_that_meets_a_takeover_in_the_store_is_refused_there() {
    let mut chat = Chat::new();
    chat.begin().unwrap();
    chat.write("At nine.").unwrap();
    let command = Command::FinishReply {
        id: REPLY,
        metadata: None,
        usage: None,
        handoff: None,
        pending_id: EntryId(901),
    };
    let effects = chat.room.clone().apply(command, NOW).unwrap();
    let [Effect::Commit(draft)] = &effects[..] else { panic!("a draft: {effects:?}") };

    chat.take();

    assert!(chat.stored.commit(draft.clone(), NOW).is_err());
}

#[test]
fn the_same_message_is_not_answered_twice_in_the_store() {
    let mut chat = Chat::new();
    chat.begin().unwrap();
    chat.write("At nine.").unwrap();
    let command = Command::FinishReply {
        id: REPLY,
        metadata: None,
        usage: None,
        handoff: None,
        pending_id: EntryId(901),
    };
    let effects = chat.room.clone().apply(command, NOW).unwrap();
    let [Effect::Commit(draft)] = &effects[..] else { panic!("a draft: {effects:?}") };

    chat.finish().unwrap();

    assert!(chat.stored.commit(draft.clone(), NOW).is_err());
}

#[test]
fn words_that_ask_for_a_person_cut_the_reply_and_come_after_it() {
    let mut chat = Chat::new();
    chat.begin().unwrap();
    chat.write("At ni").unwrap();

    chat.say("give me a human").unwrap();

    assert_eq!(chat.texts(), [("At ni", Some(Interruption::Superseded))]);
    let kinds: Vec<_> = chat.log.iter().map(|entry| entry.author.kind).collect();
    assert_eq!(kinds, [UserKind::Visitor, UserKind::Visitor, UserKind::Assistant, UserKind::Visitor]);
}

#[test]
fn a_failure_is_told_and_not_tried_again_by_itself_but_on_request() {
    let mut chat = Chat::new();
    chat.begin().unwrap();
    let failure =
        Failure { code: "provider_error".into(), message: "down".into(), retry: true, details: None };
    chat.run(Command::FailReply { id: REPLY, failure: Some(failure.clone()) }).unwrap();
    assert!(chat.told.contains(&Announcement::ReplyFailed(REPLY, failure)));
    assert!(!chat.room.wants_reply());

    chat.run(Command::Retry).unwrap();

    assert!(chat.room.wants_reply());
}

#[test]
fn an_agents_answer_counts_as_one_and_a_later_question_does_not() {
    let mut chat = Chat::new();
    chat.take();
    let (id, event) = (chat.id(), chat.id());
    let content = Content { text: Arc::from("at nine"), ..Content::default() };
    let handoff_ids = (event, TicketId(event.0));
    chat.run(Command::Send { author: agent(), id, content, handoff_ids }).unwrap();
    let id = chat.id();
    chat.run(Command::Release { agent: agent(), to: None, reason: None, id }).unwrap();
    assert!(!chat.room.wants_reply());

    chat.say("and on Sunday?").unwrap();

    assert!(chat.room.wants_reply());
}

#[test]
fn while_nobody_comes_the_assistant_may_go_on() {
    let mut chat = Chat::new();
    chat.say("a human please").unwrap();
    assert!(!chat.room.wants_reply());
    let id = chat.id();

    chat.run(Command::Resume { by: visitor(), reason: Arc::from("resumed"), id }).unwrap();

    assert!(chat.room.wants_reply());
    assert_eq!(chat.room.head().status, Status::Open);
}

proptest! {
    #[test]
    fn nothing_of_a_reply_is_told_after_what_overran_it(
        pieces in prop::collection::vec("\\PC{1,8}", 1..12),
        at in 0..12_usize,
        cut in 0..4_u8,
    ) {
        let mut chat = Chat::new();
        chat.begin().unwrap();
        let mut sent = String::new();
        for (index, piece) in pieces.iter().enumerate() {
            if index == at {
                let (id, call_end) = (chat.id(), chat.id());
                match cut {
                    0 => chat.take(),
                    1 => chat.run(Command::End { by: visitor(), idle: false, ids: (id, call_end) }).unwrap(),
                    2 => chat.say("human!").unwrap(),
                    _ => {
                        let ids = (id, TicketId(id.0));
                        let reason = Arc::from("button");
                        chat.run(Command::RequestHandoff { by: visitor(), reason, ids }).unwrap();
                    }
                }
            }
            if chat.write(piece).is_ok() {
                sent.push_str(piece);
            }
        }
        let _refused_where_it_was_cut = chat.finish();
        let told: String = chat.told.iter().filter_map(|what| match what {
            Announcement::Delta(_, _, text) => Some(&**text),
            _ => None,
        }).collect();
        prop_assert_eq!(&told, &sent);
        let kept: Vec<&str> = chat.texts().into_iter().map(|(text, _)| text).collect();
        if sent.is_empty() {
            prop_assert!(kept.is_empty());
        } else {
            prop_assert_eq!(kept, vec![sent.as_str()]);
        }
        let event = chat.told.iter().position(|what| matches!(what, Announcement::Entry(entry) if matches!(entry.body, Body::Event(_))));
        let last_delta = chat.told.iter().rposition(|what| matches!(what, Announcement::Delta(..)));
        if let (Some(event), Some(last_delta)) = (event, last_delta) {
            prop_assert!(last_delta < event);
        }
    }
}
