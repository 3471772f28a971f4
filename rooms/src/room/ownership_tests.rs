//! Ownership: one holder, handed over and taken without dead ends.

use super::tests::{House, NOW, alice, bob, visitor, words};
use crate::{
    Body, Command, Content, EntryId, Event, ExpectedAssignee, Refusal, ReleaseTo, Responder, Status,
    TicketId, Timestamp, User, UserId,
};

#[test]
fn a_second_agent_cannot_take_a_held_room() {
    let mut house = House::new(true);
    house.take(alice()).unwrap();

    assert_eq!(house.take(bob()), Err(Refusal::AlreadyTaken { holder: alice() }));
    assert_eq!(house.room.head().responder.agent(), Some(&alice()));
    assert_eq!(house.take(alice()), Ok(Vec::new()), "taking what one holds changes nothing");
    assert_eq!(house.log.len(), 1);
}

#[test]
fn a_takeover_on_an_old_number_is_a_conflict() {
    let mut house = House::new(true);
    let id = EntryId(house.id());

    let refusal = house.run(Command::TakeOver { agent: alice(), seen: Some(7), from: None, id }, NOW);

    assert_eq!(refusal, Err(Refusal::Conflict));
    assert_eq!(house.room.head().takeover, 0);
}

#[test]
fn only_the_holder_writes_and_releases() {
    let mut house = House::new(true);
    assert_eq!(house.say(bob(), "hello"), Err(Refusal::NotHolder { holder: None }));
    house.take(alice()).unwrap();
    assert_eq!(house.say(bob(), "hello"), Err(Refusal::NotHolder { holder: Some(alice()) }));
    let id = EntryId(house.id());
    let refusal = house.run(Command::Release { agent: bob(), to: None, reason: None, id }, NOW);
    assert_eq!(refusal, Err(Refusal::NotHolder { holder: Some(alice()) }));

    house.say(alice(), "hello").unwrap();

    assert_eq!(house.log.len(), 2);
}

#[test]
fn a_release_goes_to_the_assistant_or_back_to_waiting() {
    for (has_assistant, status) in [(true, Status::Open), (false, Status::Waiting)] {
        let mut house = House::new(has_assistant);
        house.take(alice()).unwrap();
        let id = EntryId(house.id());

        house.run(Command::Release { agent: alice(), to: None, reason: None, id }, NOW).unwrap();

        assert_eq!(house.room.head().status, status);
        assert_eq!(house.room.head().takeover, 2);
    }
}

#[test]
fn an_assignment_on_an_old_fact_is_a_conflict() {
    let mut house = House::new(true);
    let mut assign = |agent: Option<User>, expected| {
        let ids = (EntryId(house.id()), EntryId(house.id()));
        house.run(Command::Assign { by: alice(), agent, expected, ids, note: None }, NOW).map(|_| ())
    };

    assert_eq!(assign(Some(bob()), ExpectedAssignee::Nobody), Ok(()));
    assert_eq!(assign(Some(alice()), ExpectedAssignee::Nobody), Err(Refusal::Conflict));
    assert_eq!(assign(None, ExpectedAssignee::Agent(bob().id)), Ok(()));
}

fn release(house: &mut House, agent: User, to: Option<ReleaseTo>) -> Result<(), Refusal> {
    let id = EntryId(house.id());
    house.run(Command::Release { agent, to, reason: None, id }, NOW).map(drop)
}

fn take_from(house: &mut House, agent: User, from: Option<UserId>) -> Result<(), Refusal> {
    let id = EntryId(house.id());
    house.run(Command::TakeOver { agent, seen: None, from, id }, NOW).map(drop)
}

fn assign(house: &mut House, by: User, agent: Option<User>) -> Result<(), Refusal> {
    let ids = (EntryId(house.id()), EntryId(house.id()));
    let command = Command::Assign { by, agent, expected: ExpectedAssignee::Any, ids, note: None };
    house.run(command, NOW).map(drop)
}

#[test]
fn a_room_is_handed_to_a_colleague_with_a_note_in_one_commit() {
    let mut house = House::new(true);
    house.take(alice()).unwrap();
    let before = house.log.len();
    let ids = (EntryId(house.id()), EntryId(house.id()));
    let note = Some(Box::new((EntryId(house.id()), words("she wants a refund"))));

    let command =
        Command::Assign { by: alice(), agent: Some(bob()), expected: ExpectedAssignee::Any, ids, note };
    house.run(command, NOW).unwrap();

    let written: Vec<_> = house.log[before..].iter().map(|entry| entry.body.clone()).collect();
    assert!(matches!(
        &written[..],
        [Body::Event(Event::Assigned { .. }), Body::Event(Event::Takeover { .. }), Body::Note(_)]
    ));
    assert_eq!(house.room.head().responder.agent(), Some(&bob()));
}

#[test]
fn a_refused_assignment_writes_no_note() {
    let mut house = House::new(true);
    let ids = (EntryId(house.id()), EntryId(house.id()));
    let note = Some(Box::new((EntryId(house.id()), words("x"))));
    let expected = ExpectedAssignee::Agent(alice().id);

    let command = Command::Assign { by: alice(), agent: Some(bob()), expected, ids, note };
    assert_eq!(house.run(command, NOW).map(drop), Err(Refusal::Conflict));
    assert!(house.log.is_empty());
}

#[test]
fn a_held_room_is_taken_from_the_holder_that_is_named() {
    let mut house = House::new(true);
    house.take(alice()).unwrap();

    take_from(&mut house, bob(), Some(alice().id)).unwrap();

    assert_eq!(house.room.head().responder.agent(), Some(&bob()));
    assert_eq!(house.room.head().assignee, Some(bob()));
    assert_eq!(house.room.head().takeover, 2);
}

#[test]
fn a_room_that_somebody_else_holds_by_now_is_a_conflict() {
    let mut house = House::new(true);
    house.take(alice()).unwrap();

    assert_eq!(take_from(&mut house, bob(), Some(UserId(999))), Err(Refusal::Conflict));
    assert_eq!(house.room.head().responder.agent(), Some(&alice()));
    assert_eq!(house.log.len(), 1);
}

#[test]
fn naming_a_holder_who_has_released_takes_the_room() {
    let mut house = House::new(true);

    take_from(&mut house, bob(), Some(alice().id)).unwrap();

    assert_eq!(house.room.head().responder.agent(), Some(&bob()));
}

#[test]
fn assigning_a_held_room_hands_it_over_in_one_commit() {
    let mut house = House::new(true);
    house.take(alice()).unwrap();

    assign(&mut house, alice(), Some(bob())).unwrap();

    assert_eq!(house.room.head().responder.agent(), Some(&bob()));
    assert_eq!(house.room.head().assignee, Some(bob()));
    assert_eq!(house.room.head().takeover, 2, "one change of responder");
    let handed: Vec<_> = house.log[1..].iter().map(|entry| &entry.body).collect();
    assert!(
        matches!(handed[..], [Body::Event(Event::Assigned { .. }), Body::Event(Event::Takeover { .. })]),
        "{handed:?}"
    );
    assert_eq!(house.say(alice(), "late"), Err(Refusal::NotHolder { holder: Some(bob()) }));
}

#[test]
fn assigning_what_nobody_holds_sets_the_assignee_only() {
    for has_assistant in [true, false] {
        let mut house = House::new(has_assistant);

        assign(&mut house, alice(), Some(bob())).unwrap();

        assert_eq!(house.room.head().responder.agent(), None);
        assert_eq!(house.room.head().assignee, Some(bob()));
        assert_eq!(house.room.head().takeover, 0);
    }
}

#[test]
fn taking_an_assignment_away_leaves_the_holder() {
    let mut house = House::new(true);
    house.take(alice()).unwrap();

    assign(&mut house, alice(), None).unwrap();

    assert_eq!(house.room.head().responder.agent(), Some(&alice()));
    assert_eq!(house.room.head().assignee, None);
}

#[test]
fn a_holder_who_is_no_assignee_any_more_still_hands_over() {
    let mut house = House::new(true);
    assign(&mut house, alice(), Some(bob())).unwrap();
    house.take(alice()).unwrap();
    assign(&mut house, alice(), Some(bob())).unwrap();
    assert_eq!(house.room.head().responder.agent(), Some(&bob()));

    assign(&mut house, bob(), None).unwrap();
    assign(&mut house, alice(), Some(bob())).unwrap();

    assert_eq!(house.room.head().responder.agent(), Some(&bob()));
    assert_eq!(house.room.head().takeover, 2, "the holder was assigned what they hold");
}

#[test]
fn a_release_goes_where_the_agent_says() {
    let mut house = House::new(true);
    house.take(alice()).unwrap();
    release(&mut house, alice(), Some(ReleaseTo::Waiting)).unwrap();
    assert_eq!(house.room.head().status, Status::Waiting);

    house.take(alice()).unwrap();
    release(&mut house, alice(), Some(ReleaseTo::Assistant)).unwrap();
    assert_eq!(house.room.head().status, Status::Open);
}

#[test]
fn a_release_to_an_assistant_that_is_not_there_is_a_conflict() {
    let mut house = House::new(false);
    house.take(alice()).unwrap();

    assert_eq!(release(&mut house, alice(), Some(ReleaseTo::Assistant)), Err(Refusal::Conflict));
    assert_eq!(house.room.head().responder.agent(), Some(&alice()));
}

#[test]
fn who_goes_back_to_the_queue_keeps_the_place_they_had() {
    let mut house = House::new(true);
    house.say(visitor(), "a human please").unwrap();
    house.take(alice()).unwrap();
    let later = NOW.plus_ms(60_000);
    let id = EntryId(house.id());
    let to = Some(ReleaseTo::Waiting);

    house.run(Command::Release { agent: alice(), to, reason: None, id }, later).unwrap();

    assert_eq!(house.room.head().responder, Responder::Waiting { since: NOW });
    assert!(house.room.head().handoff.is_some(), "the request for a person still stands");
}

#[test]
fn an_automatic_message_moves_no_list_and_is_no_preview() {
    let mut house = House::new(true);
    house.say(visitor(), "where is my order?").unwrap();
    let before = house.room.head().clone();
    let (id, ids) = (EntryId(house.id()), (EntryId(house.id()), TicketId(house.id())));
    let content = Content { text: "Nobody is free".into(), ..Content::default() };
    let notice = Command::Send { author: User::system(), id, content, handoff_ids: ids };

    house.run(notice, NOW.plus_ms(60_000)).unwrap();

    let after = house.room.head();
    assert_eq!((after.updated_at, &after.last_message), (before.updated_at, &before.last_message));
    assert_eq!(after.last_seq, before.last_seq + 1);
    assert_eq!(after.entry_at, NOW.plus_ms(60_000), "it is an entry all the same");
}

#[test]
fn whoever_answers_puts_a_conversation_aside_and_the_visitor_brings_it_back() {
    let mut house = House::new(true);
    house.say(visitor(), "hello").unwrap();
    house.take(alice()).unwrap();
    let until = Some(Timestamp(NOW.0 + 60_000));
    let snooze = |by, until, id| Command::Snooze { by, until, id: EntryId(id) };

    let refused = house.run(snooze(bob(), until, 900), NOW);
    assert_eq!(refused, Err(Refusal::NotHolder { holder: Some(alice()) }));
    house.run(snooze(alice(), until, 901), NOW).unwrap();
    assert_eq!(house.room.head().status, Status::Snoozed);
    assert!(house.run(snooze(alice(), until, 902), NOW).unwrap().is_empty(), "it is put aside already");
    house.say(visitor(), "are you there?").unwrap();
    assert_eq!((house.room.head().status, house.room.head().snoozed_until), (Status::Open, None));
    assert_eq!(house.room.head().responder.agent(), Some(&alice()), "she still answers");
}

#[test]
fn a_conversation_that_is_put_aside_comes_back_in_time_and_not_before() {
    let mut house = House::new(true);
    house.take(alice()).unwrap();
    let until = Timestamp(NOW.0 + 60_000);
    let snooze = Command::Snooze { by: alice(), until: Some(until), id: EntryId(900) };
    house.run(snooze, NOW).unwrap();

    assert!(house.run(Command::Wake { id: EntryId(901) }, Timestamp(until.0 - 1)).unwrap().is_empty());
    house.run(Command::Wake { id: EntryId(902) }, until).unwrap();

    assert_eq!(house.room.head().status, Status::Open);
    let taken = Command::TakeOver { agent: bob(), seen: None, from: Some(alice().id), id: EntryId(903) };
    let again = Command::Snooze { by: alice(), until: Some(Timestamp(until.0 + 9)), id: EntryId(904) };
    house.run(again, until).unwrap();
    house.run(taken, until).unwrap();
    assert_eq!(house.room.head().status, Status::Open, "a takeover brings it back, too");
}
