//! The rules of a room, one by one, and under random commands.

use proptest::prelude::*;

use super::commands_for_tests::{any_command, with_fresh_ids};
use super::*;
use crate::Draft;
use crate::{Failure, Responder, Status, Timestamp};

pub(super) const NOW: Timestamp = Timestamp(1_000);

pub(super) fn user(id: u128, kind: UserKind) -> User {
    User { id: UserId(id), kind, name: Arc::from(format!("user {id}")) }
}

pub(super) fn visitor() -> User {
    user(1, UserKind::Visitor)
}

pub(super) fn alice() -> User {
    user(10, UserKind::Agent)
}

pub(super) fn bob() -> User {
    user(11, UserKind::Agent)
}

pub(super) fn assistant() -> User {
    user(30, UserKind::Assistant)
}

pub(super) fn failure() -> Failure {
    Failure {
        code: Arc::from("provider_error"),
        message: Arc::from("the provider failed"),
        retry: true,
        details: None,
    }
}

pub(super) fn rules(has_assistant: bool) -> Rules {
    Rules {
        has_assistant,
        handoff_enabled: true,
        handoff_words: Arc::new(HandoffWords::default()),
        typing_lapse_ms: 6_000,
        presence: PresenceRules { grace_ms: 10_000 },
        masks_messages: false,
        has_insight_by_words: true,
        supervision: crate::Supervision::AUTOMATIC,
    }
}

pub(super) fn words(text: &str) -> Content {
    Content { text: Arc::from(text), ..Content::default() }
}

/// A room with a store of its own: drafts are committed to `stored` at once.
pub(super) struct House {
    pub(super) room: Room,
    stored: Head,
    pub(super) log: Vec<Entry>,
    next_id: u128,
}

impl House {
    pub(super) fn new(has_assistant: bool) -> Self {
        let head = Head::begin(has_assistant, NOW);
        Self {
            room: Room::new(head.clone(), rules(has_assistant), []),
            stored: head,
            log: Vec::new(),
            next_id: 100,
        }
    }

    pub(super) fn id(&mut self) -> u128 {
        self.next_id += 1;
        self.next_id
    }

    /// The reply that is being written, or an id that is none.
    pub(super) fn reply_id(&self) -> EntryId {
        self.room.reply().map_or(EntryId(0), |reply| reply.id)
    }

    /// The supervised reply, or an id that is none.
    pub(super) fn supervised_id(&self) -> EntryId {
        self.room.pending_news().map_or(EntryId(0), |news| news.id)
    }

    /// Applies a command and stores what it wants stored; gives everything that is told.
    pub(super) fn run(
        &mut self,
        command: Command,
        now: Timestamp,
    ) -> Result<Vec<(Recipients, Announcement)>, Refusal> {
        let effects = self.room.apply(command, now)?;
        let mut told = Vec::new();
        for effect in effects {
            match effect {
                Effect::Commit(draft) => {
                    let entries = self.stored.commit(draft, now).expect("nobody else commits here");
                    self.log.extend(entries.clone());
                    for after in self.room.committed(entries) {
                        if let Effect::Announce(recipients, announcement) = after {
                            told.push((recipients, announcement));
                        }
                    }
                }
                Effect::Announce(recipients, announcement) => told.push((recipients, announcement)),
                Effect::StoreRead { user, seq } => {
                    if user.kind == UserKind::Agent {
                        self.stored.mark_read_by_agent(seq);
                    }
                }
            }
        }
        Ok(told)
    }

    pub(super) fn say(
        &mut self,
        author: User,
        text: &str,
    ) -> Result<Vec<(Recipients, Announcement)>, Refusal> {
        let (id, event, ticket) = (self.id(), self.id(), self.id());
        let handoff_ids = (EntryId(event), TicketId(ticket));
        self.run(Command::Send { author, id: EntryId(id), content: words(text), handoff_ids }, NOW)
    }

    pub(super) fn take(&mut self, agent: User) -> Result<Vec<(Recipients, Announcement)>, Refusal> {
        let id = EntryId(self.id());
        self.run(Command::TakeOver { agent, seen: None, from: None, id }, NOW)
    }
}

fn visible_to(told: &[(Recipients, Announcement)], user: &User) -> Vec<Announcement> {
    told.iter().filter(|(recipients, _)| recipients.includes(user)).map(|(_, what)| what.clone()).collect()
}

#[test]
fn words_that_ask_for_a_person_open_one_ticket() {
    let mut house = House::new(true);

    house.say(visitor(), "I want a HUMAN").unwrap();
    house.say(visitor(), "a human, please!").unwrap();

    assert_eq!(house.log.len(), 3, "message, handoff, message");
    assert_eq!(house.room.head().status, Status::Waiting);
    assert_eq!(house.room.head().takeover, 1);
    assert_eq!(house.room.head().handoff.as_ref().map(|handoff| &*handoff.reason), Some("words"));
}

#[test]
fn a_request_while_already_waiting_without_handoff_is_kept_without_a_new_takeover_number() {
    let mut house = House::new(false);
    let ids = (EntryId(house.id()), TicketId(house.id()));

    house.run(Command::RequestHandoff { by: visitor(), reason: Arc::from("button"), ids }, NOW).unwrap();

    assert!(house.room.head().handoff.is_some());
    assert_eq!(house.room.head().takeover, 0);
}

#[test]
fn handoff_can_be_switched_off_and_agents_still_take_over() {
    let mut house = House::new(true);
    house.room.set_rules(Rules { handoff_enabled: false, ..rules(true) });
    let ids = (EntryId(house.id()), TicketId(house.id()));

    house.say(visitor(), "human").unwrap();
    let refusal = house.run(Command::RequestHandoff { by: visitor(), reason: Arc::from("button"), ids }, NOW);

    assert_eq!(refusal, Err(Refusal::HandoffDisabled));
    assert_eq!(house.room.head().status, Status::Open);
    house.take(alice()).unwrap();
}

#[test]
fn a_closed_conversation_takes_nothing_and_closing_again_is_fine() {
    let mut house = House::new(false);
    let ids = (EntryId(house.id()), EntryId(house.id()));
    house.run(Command::End { by: visitor(), idle: false, ids }, NOW).unwrap();
    let entries = house.log.len();
    let takeover = house.room.head().takeover;

    assert_eq!(house.say(visitor(), "still there?"), Err(Refusal::Closed));
    assert_eq!(house.take(alice()), Err(Refusal::Closed));
    let ids = (EntryId(house.id()), EntryId(house.id()));
    assert_eq!(house.run(Command::End { by: alice(), idle: false, ids }, NOW), Ok(Vec::new()));
    assert_eq!((house.log.len(), house.room.head().takeover), (entries, takeover));
}

#[test]
fn visitors_never_see_notes_nor_agents_who_do_not_answer() {
    let mut house = House::new(true);
    let join = |connection, user| Command::Join { connection: ConnectionId(connection), user };
    house.run(join(1, visitor()), NOW).unwrap();
    let joined = house.run(join(2, alice()), NOW).unwrap();
    let id = EntryId(house.id());
    let noted = house.run(Command::Note { author: alice(), id, content: words("rude") }, NOW).unwrap();
    let typed = house.run(Command::StartTyping { user: alice(), preview: None }, NOW).unwrap();

    for told in [&joined, &noted, &typed] {
        assert!(visible_to(told, &visitor()).is_empty(), "{told:?}");
        assert!(!visible_to(told, &bob()).is_empty());
    }
    assert_eq!(house.room.members_for(&visitor()), vec![&visitor()]);
    let taken = house.take(alice()).unwrap();
    assert!(visible_to(&taken, &visitor()).contains(&Announcement::Joined(alice())));
    assert_eq!(house.room.members_for(&visitor()).len(), 2);
}

#[test]
fn prev_is_the_entry_before_that_the_audience_may_see() {
    let mut house = House::new(true);
    house.say(visitor(), "one").unwrap();
    let id = EntryId(house.id());
    house.run(Command::Note { author: alice(), id, content: words("two") }, NOW).unwrap();

    house.say(visitor(), "three").unwrap();

    let prevs: Vec<_> = house.log.iter().map(|entry| (entry.seq, entry.visitor_prev)).collect();
    assert_eq!(prevs, vec![(1, Some(0)), (2, None), (3, Some(1))]);
    assert_eq!(house.room.last_seq_for(Audience::Visitors), 3);
}

#[test]
fn typing_lapses_and_previews_are_for_agents_only() {
    let mut house = House::new(true);
    let preview: Option<Arc<str>> = Some(Arc::from("my card number is"));
    house.run(Command::StartTyping { user: visitor(), preview: preview.clone() }, NOW).unwrap();

    assert_eq!(house.room.typing_for(&alice()), vec![Announcement::TypingStarted(visitor(), preview)]);
    assert!(house.room.typing_for(&visitor()).is_empty(), "nobody gets their own");
    assert_eq!(house.room.next_deadline(), Some(NOW.plus_ms(6_000)));
    assert!(house.room.expire(NOW.plus_ms(5_999)).is_empty());
    assert_eq!(house.room.expire(NOW.plus_ms(6_000)).len(), 1);
    assert_eq!(house.room.next_deadline(), None);
}

#[test]
fn a_reload_within_the_grace_is_not_a_departure() {
    let mut house = House::new(true);
    let join = |connection| Command::Join { connection: ConnectionId(connection), user: visitor() };
    house.run(join(1), NOW).unwrap();
    house.run(Command::Leave { connection: ConnectionId(1) }, NOW).unwrap();
    house.run(join(2), NOW.plus_ms(9_000)).unwrap();
    assert!(house.room.expire(NOW.plus_ms(60_000)).is_empty());
    house.run(Command::Leave { connection: ConnectionId(2) }, NOW.plus_ms(60_000)).unwrap();

    let told = house.room.expire(NOW.plus_ms(70_000));

    assert_eq!(told.len(), 1);
    assert!(house.room.is_empty());
}

#[test]
fn reading_moves_forward_only_and_not_beyond_the_log() {
    let mut house = House::new(true);
    house.say(visitor(), "one").unwrap();
    assert_eq!(house.room.head().unread, 1);
    house.run(Command::Read { user: alice(), seq: 99 }, NOW).unwrap();

    assert_eq!(house.room.reads_for(&alice()), vec![(alice().id, 1)]);
    assert_eq!(house.room.head().unread, 0);
    assert_eq!(house.run(Command::Read { user: alice(), seq: 0 }, NOW), Ok(Vec::new()));
    assert!(house.room.reads_for(&visitor()).is_empty(), "she does not answer, so visitors do not see her");
}

#[test]
fn time_in_the_log_never_goes_back_though_the_clock_does() {
    let mut house = House::new(true);
    for (number, now) in [5_000, 9_000, 2_000, 1_000, 9_500].into_iter().enumerate() {
        let id = EntryId(house.id());
        let handoff_ids = (EntryId(house.id()), TicketId(house.id()));
        let content = words(&format!("number {number}"));
        house.run(Command::Send { author: visitor(), id, content, handoff_ids }, Timestamp(now)).unwrap();
    }

    let times: Vec<i64> = house.log.iter().map(|entry| entry.created_at.0).collect();
    assert_eq!(times, [5_000, 9_000, 9_000, 9_000, 9_500]);
}

proptest! {
    #[test]
    fn random_commands_keep_the_invariants(
        has_assistant: bool,
        commands in prop::collection::vec((any_command(), 0..4_000_i64), 0..120),
    ) {
        let mut house = House::new(has_assistant);
        let mut now = NOW;
        for (command, pause_ms) in commands {
            now = now.plus_ms(pause_ms);
            let _told = house.room.expire(now);
            let before = house.room.head().clone();
            let command = with_fresh_ids(command, &mut house);
            let outcome = house.run(command, now);
            let after = house.room.head();
            prop_assert!(house.room.is_sound());
            if let Some(reply) = house.room.reply() {
                prop_assert_eq!(reply.takeover, after.takeover, "a reply does not outlive its number");
                let is_the_assistants = matches!(after.responder, Responder::Assistant { .. });
                let waits_in_a_call =
                    after.call.is_some() && matches!(after.responder, Responder::Waiting { .. });
                prop_assert!((is_the_assistants || waits_in_a_call) && !after.is_closed());
            }
            prop_assert!(after.answered_seq <= after.last_visitor_message_seq);
            prop_assert_eq!(after, &house.stored, "the copy is what is stored");
            prop_assert!(after.takeover >= before.takeover);
            prop_assert!(!before.is_closed() || after.is_closed(), "closed is final");
            if outcome.is_err() {
                prop_assert_eq!(&before, after, "a refusal changes nothing");
            }
            let same_responder = before.responder.agent() == after.responder.agent()
                && std::mem::discriminant(&before.responder) == std::mem::discriminant(&after.responder);
            if !same_responder {
                prop_assert!(after.takeover > before.takeover, "every change of responder raises the number");
            }
        }
        for (index, entry) in house.log.iter().enumerate() {
            prop_assert_eq!(entry.seq, index as u64 + 1, "no holes");
            let expected = house.log[..index].iter().rev().find(|one| one.visitor_prev.is_some()).map_or(0, |e| e.seq);
            prop_assert!(entry.visitor_prev.is_none_or(|prev| prev == expected));
        }
    }

    #[test]
    fn replaying_entries_onto_an_old_snapshot_gives_the_fresh_one(
        has_assistant: bool,
        commands in prop::collection::vec(any_command(), 0..80),
        cut in 0..80_usize,
    ) {
        let mut house = House::new(has_assistant);
        let mut old = (house.stored.clone(), 0);
        for (index, command) in commands.into_iter().enumerate() {
            if index == cut {
                old = (house.stored.clone(), house.log.len());
            }
            if matches!(command, Command::Read { .. }) {
                continue;
            }
            let command = with_fresh_ids(command, &mut house);
            let _outcome = house.run(command, NOW);
        }
        let (mut replayed, from) = old;
        for entry in &house.log[from..] {
            replayed.fold(entry);
            replayed.fold(entry);
        }
        prop_assert_eq!(&replayed, &house.stored);
    }

    #[test]
    fn a_stale_draft_changes_nothing(has_assistant: bool, first in any_command(), second in any_command()) {
        let mut house = House::new(has_assistant);
        let second = with_fresh_ids(second, &mut house);
        let drafts: Vec<Draft> = house.room.apply(second, NOW).unwrap_or_default().into_iter().filter_map(|effect| {
            if let Effect::Commit(draft) = effect { Some(draft) } else { None }
        }).collect();
        let first = with_fresh_ids(first, &mut house);
        let _outcome = house.run(first, NOW);
        for draft in drafts {
            let before = house.stored.clone();
            let takes_it = before.is_closed() == draft.is_rating();
            let holds = draft.fence.takeover == before.takeover && takes_it;
            if house.stored.commit(draft, NOW).is_err() {
                prop_assert_eq!(&before, &house.stored);
            } else {
                prop_assert!(holds);
            }
        }
    }
}
