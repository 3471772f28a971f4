//! Supervised replies: who decides on one, and what visitors see of it.

use proptest::prelude::*;

use super::tests::{House, NOW, alice, bob, visitor};
use super::*;
use crate::{
    Approval, AtDeadline, OwnMode, ReplyMode, Responder, Settled, Supervision, SupervisorAct, Verdict,
};

const REPLY: EntryId = EntryId(50);
const IDS: (EntryId, TicketId) = (EntryId(60), TicketId(61));
const MINUTE_MS: i64 = 60_000;

type Told = Vec<(Recipients, Announcement)>;

fn assistant() -> User {
    User { id: UserId(30), kind: UserKind::Assistant, name: Arc::from("Lumi") }
}

fn supervised(mode: ReplyMode, at_deadline: AtDeadline) -> House {
    let mut house = House::new(true);
    house.supervise(Supervision { mode, hold_ms: 10_000, approve_ms: MINUTE_MS, at_deadline });
    house.say(visitor(), "when do you open?").unwrap();
    house.run(Command::BeginReply { id: REPLY, author: assistant() }, NOW).unwrap();
    house
}

impl House {
    fn supervise(&mut self, supervision: Supervision) {
        let rules = Rules { supervision, ..super::tests::rules(true) };
        self.room.set_rules(rules);
    }

    fn write(&mut self, text: &str) -> Told {
        self.run(Command::WriteReply { id: REPLY, piece: text.into() }, NOW).unwrap()
    }

    fn finish(&mut self) -> Told {
        let pending_id = EntryId(self.id());
        self.run(
            Command::FinishReply { id: REPLY, metadata: None, usage: None, handoff: None, pending_id },
            NOW,
        )
        .unwrap()
    }

    fn decide(&mut self, by: User, act: SupervisorAct) -> Result<Told, Refusal> {
        self.decide_at(by, act, NOW)
    }

    fn decide_at(&mut self, by: User, act: SupervisorAct, now: Timestamp) -> Result<Told, Refusal> {
        self.run(Command::Supervise { by, reply: REPLY, act, ids: IDS }, now)
    }

    /// The words of the reply that visitors can read in the log.
    fn said(&self) -> Option<(&str, Option<&Approval>)> {
        let entry = self.log.iter().find(|entry| entry.id == REPLY)?;
        entry.body.content().map(|content| (&*content.text, content.approval.as_deref()))
    }
}

/// What visitors are told, typing and the like apart.
fn told_to_visitor(told: &Told) -> Vec<&Announcement> {
    told.iter().filter(|(to, _)| to.includes(&visitor())).map(|(_, what)| what).collect()
}

fn settled(verdict: Verdict, by: Option<User>) -> Refusal {
    Refusal::Settled(Settled { reply: REPLY, verdict, by })
}

#[test]
fn a_held_reply_is_written_before_the_agents_and_goes_out_when_its_time_is_over() {
    let mut house = supervised(ReplyMode::Hold, AtDeadline::Drop);

    let written = house.write("At nine.");
    let finished = house.finish();

    assert!(told_to_visitor(&written).is_empty() && told_to_visitor(&finished).is_empty());
    assert_eq!(house.room.pending_news().unwrap().sends_at, Some(NOW.plus_ms(10_000)));
    assert_eq!(house.room.overdue(NOW.plus_ms(9_999)), None);
    let early = house.decide_at(assistant(), SupervisorAct::Deadline, NOW.plus_ms(9_999)).unwrap();
    assert!(early.is_empty() && house.said().is_none());

    assert_eq!(house.room.overdue(NOW.plus_ms(10_000)), Some(REPLY));
    let sent = house.decide_at(assistant(), SupervisorAct::Deadline, NOW.plus_ms(10_000)).unwrap();
    assert_eq!(house.said(), Some(("At nine.", Some(&Approval::Deadline))));
    assert!(told_to_visitor(&sent).contains(&&Announcement::ReplyDone(REPLY, None)));
    assert!(!house.room.wants_reply(), "it is answered");
    assert_eq!(house.decide(alice(), SupervisorAct::Send), Err(settled(Verdict::Deadline, None)));
}

#[test]
fn an_agent_who_holds_a_reply_stops_its_countdown() {
    let mut house = supervised(ReplyMode::Hold, AtDeadline::Drop);
    house.write("At nine.");
    house.finish();

    let told = house.decide(alice(), SupervisorAct::Hold).unwrap();

    assert!(told_to_visitor(&told).is_empty());
    let news = house.room.pending_news().unwrap();
    assert_eq!((news.sends_at, news.held_by), (None, Some(alice())));
    let over = NOW.plus_ms(10_000);
    assert!(house.decide_at(assistant(), SupervisorAct::Deadline, over).unwrap().is_empty());
    assert!(house.decide(alice(), SupervisorAct::Hold).unwrap().is_empty(), "she holds it already");
    house.decide(bob(), SupervisorAct::Send).unwrap();
    assert_eq!(house.said(), Some(("At nine.", Some(&Approval::Sent(bob())))));
}

#[test]
fn of_two_decisions_the_first_one_counts_and_the_second_learns_of_it() {
    for (act, verdict) in [
        (SupervisorAct::Send, Verdict::Sent),
        (SupervisorAct::Edit("At ten.".into()), Verdict::Edited),
        (SupervisorAct::Stop { reason: Some("wrong".into()) }, Verdict::Stopped),
    ] {
        let mut house = supervised(ReplyMode::Approve, AtDeadline::Drop);
        house.write("At nine.");
        house.finish();
        house.decide(alice(), act).unwrap();
        let before = house.room.head().clone();

        for late in [SupervisorAct::Hold, SupervisorAct::Send, SupervisorAct::Edit("x".into())] {
            assert_eq!(house.decide(bob(), late), Err(settled(verdict, Some(alice()))));
        }

        assert_eq!(house.room.head(), &before);
        let said = house.said().map(|(text, _)| text.to_owned());
        let expected = match verdict {
            Verdict::Sent => Some("At nine."),
            Verdict::Edited => Some("At ten."),
            _ => None,
        };
        assert_eq!(said.as_deref(), expected);
        assert!(!house.room.wants_reply(), "the assistant does not try again by itself");
    }
}

#[test]
fn an_unknown_reply_is_no_reply() {
    let mut house = supervised(ReplyMode::Approve, AtDeadline::Drop);
    let unknown = Command::Supervise { by: alice(), reply: EntryId(1), act: SupervisorAct::Send, ids: IDS };

    assert_eq!(house.run(unknown, NOW), Err(Refusal::NoSuchReply));
}

#[test]
fn what_is_sent_while_it_is_written_is_read_while_it_is_written() {
    let mut house = supervised(ReplyMode::Approve, AtDeadline::Drop);
    house.write("At ");

    let sent = house.decide(alice(), SupervisorAct::Send).unwrap();
    let written = house.write("nine.");
    house.finish();

    assert_eq!(told_to_visitor(&sent), [&Announcement::Delta(REPLY, 0, "At ".into())]);
    assert_eq!(told_to_visitor(&written), [&Announcement::Delta(REPLY, 3, "nine.".into())]);
    assert_eq!(house.said(), Some(("At nine.", Some(&Approval::Sent(alice())))));
    assert!(house.room.head().pending.is_none());
}

#[test]
fn what_is_changed_or_stopped_while_it_is_written_ends_there() {
    for act in [SupervisorAct::Edit("At ten.".into()), SupervisorAct::Stop { reason: None }] {
        let mut house = supervised(ReplyMode::Hold, AtDeadline::Drop);
        house.write("At ni");
        let is_edit = matches!(act, SupervisorAct::Edit(_));

        house.decide(alice(), act).unwrap();

        assert!(house.room.reply().is_none() && !house.room.wants_reply());
        assert_eq!(house.said().map(|(text, _)| text), is_edit.then_some("At ten."));
        let late = Command::WriteReply { id: REPLY, piece: "ne".into() };
        assert_eq!(house.run(late, NOW), Err(Refusal::Superseded));
    }
}

#[test]
fn a_further_message_supersedes_a_reply_that_no_visitor_has_seen() {
    for is_finished in [false, true] {
        let mut house = supervised(ReplyMode::Approve, AtDeadline::Drop);
        house.write("At nine.");
        if is_finished {
            house.finish();
            house.decide(alice(), SupervisorAct::Hold).unwrap();
        }

        let told = house.say(visitor(), "and on Sunday?").unwrap();

        let cancelled = Announcement::Cancelled(REPLY, Interruption::Superseded);
        assert!(told_to_visitor(&told).contains(&&cancelled));
        assert!(house.room.wants_reply(), "one new reply answers both");
        assert!(house.said().is_none() && house.room.pending_news().is_none());
        let late = house.decide(alice(), SupervisorAct::Edit("At ten.".into()));
        assert_eq!(late, Err(settled(Verdict::Superseded, None)));
    }
}

#[test]
fn a_takeover_drops_a_reply_that_no_visitor_has_seen() {
    for is_finished in [false, true] {
        let mut house = supervised(ReplyMode::Hold, AtDeadline::Send);
        house.write("At nine.");
        if is_finished {
            house.finish();
        }

        let told = house.take(bob()).unwrap();

        assert!(told_to_visitor(&told).contains(&&Announcement::Cancelled(REPLY, Interruption::Takeover)));
        assert!(house.said().is_none() && house.room.pending_news().is_none());
        let late = house.decide(alice(), SupervisorAct::Send);
        assert_eq!(late, Err(settled(Verdict::Takeover, Some(bob()))));
    }
}

#[test]
fn nobody_came_in_time() {
    let over = NOW.plus_ms(MINUTE_MS);
    for at_deadline in [AtDeadline::Send, AtDeadline::HandOff, AtDeadline::Drop] {
        let mut house = supervised(ReplyMode::Approve, at_deadline);
        house.write("At nine.");
        house.finish();
        let sends_at = house.room.pending_news().unwrap().sends_at;
        assert_eq!(sends_at.is_some(), at_deadline == AtDeadline::Send);

        house.decide_at(assistant(), SupervisorAct::Deadline, over).unwrap();

        assert_eq!(house.said().is_some(), at_deadline == AtDeadline::Send);
        let waits = matches!(house.room.head().responder, Responder::Waiting { .. });
        assert_eq!(waits, at_deadline == AtDeadline::HandOff);
        assert!(house.room.pending_news().is_none() && !house.room.wants_reply());
    }
}

#[test]
fn a_person_who_is_wanted_with_a_reply_is_asked_for_as_it_goes_out() {
    for act in [SupervisorAct::Send, SupervisorAct::Stop { reason: None }] {
        let mut house = supervised(ReplyMode::Approve, AtDeadline::Drop);
        house.write("I will get somebody.");
        let finish = Command::FinishReply {
            id: REPLY,
            metadata: None,
            usage: None,
            handoff: Some("no_answer".into()),
            pending_id: EntryId(70),
        };
        house.run(finish, NOW).unwrap();
        assert!(!matches!(house.room.head().responder, Responder::Waiting { .. }), "not before");
        let goes_out = act == SupervisorAct::Send;

        house.decide(alice(), act).unwrap();

        assert_eq!(house.said().is_some(), goes_out);
        assert_eq!(matches!(house.room.head().responder, Responder::Waiting { .. }), goes_out);
        assert_eq!(house.room.head().handoff.is_some(), goes_out);
    }
}

#[test]
fn nothing_is_tried_again_while_a_reply_waits() {
    let mut house = supervised(ReplyMode::Approve, AtDeadline::Drop);
    house.write("At nine.");
    house.finish();

    assert_eq!(house.run(Command::Retry, NOW), Err(Refusal::NothingToAnswer));
    house.decide(alice(), SupervisorAct::Send).unwrap();
    assert!(!house.room.wants_reply(), "one answer is enough");
}

#[test]
fn a_conversation_may_have_a_mode_of_its_own() {
    let mut house = supervised(ReplyMode::Automatic, AtDeadline::Drop);
    assert!(house.room.pending_news().is_none(), "what runs already goes on as it began");
    let mode = Some(OwnMode { mode: ReplyMode::Hold, wait_ms: Some(3_000) });
    let id = EntryId(70);

    house.run(Command::SetMode { by: alice(), mode, id }, NOW).unwrap();

    assert_eq!(house.room.supervision().mode, ReplyMode::Hold);
    assert_eq!(house.room.supervision().hold_ms, 3_000);
    let again = house.run(Command::SetMode { by: alice(), mode, id: EntryId(71) }, NOW).unwrap();
    assert!(again.is_empty(), "nothing has changed");
    house.run(Command::SetMode { by: alice(), mode: None, id: EntryId(72) }, NOW).unwrap();
    assert_eq!(house.room.supervision().mode, ReplyMode::Automatic);
}

proptest! {
    /// Whatever happens in whatever order: a visitor reads of a supervised reply what was let out, and nothing else.
    #[test]
    fn not_one_character_of_a_reply_reaches_the_visitor_before_it_goes_out(
        mode in prop_oneof![Just(ReplyMode::Hold), Just(ReplyMode::Approve)],
        steps in prop::collection::vec(0..11_u8, 1..24),
    ) {
        let mut house = supervised(mode, AtDeadline::Drop);
        let (mut now, mut is_let_out) = (NOW, false);
        for step in steps {
            let pending_id = EntryId(house.id());
            let id = EntryId(house.id());
            let act = |act| Command::Supervise { by: alice(), reply: REPLY, act, ids: (id, TicketId(id.0)) };
            let command = match step {
                0..=2 => Command::WriteReply { id: REPLY, piece: "secret".into() },
                3 => Command::FinishReply { id: REPLY, metadata: None, usage: None, handoff: None, pending_id },
                4 => act(SupervisorAct::Hold),
                5 => act(SupervisorAct::Send),
                6 => act(SupervisorAct::Edit("public".into())),
                7 => act(SupervisorAct::Stop { reason: None }),
                8 => { now = now.plus_ms(6_000); act(SupervisorAct::Deadline) }
                9 => Command::TakeOver { agent: bob(), seen: None, from: None, id },
                _ => Command::FailReply { id: REPLY, failure: None },
            };
            let lets_out = matches!(step, 5 | 8);
            let Ok(told) = house.run(command, now) else { continue };
            is_let_out |= lets_out && (house.said().is_some() || house.room.reply().is_some_and(Reply::is_shown));
            for what in told_to_visitor(&told) {
                prop_assert!(is_let_out || !format!("{what:?}").contains("secret"), "{what:?}");
            }
            prop_assert!(house.room.is_sound());
        }
        let texts: Vec<&Entry> = house.log.iter().filter(|entry| entry.id == REPLY).collect();
        prop_assert!(texts.len() <= 1, "it is written once");
    }
}
