//! What ratings change, and when they come too late.

use proptest::prelude::*;

use super::chat_for_tests::{Chat, NOW, agent, assistant, visitor};
use super::*;
use crate::{Draft, ExpectedAssignee, Fence};
use crate::{Score, Thumb};

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

fn rate(chat: &mut Chat, score: i64, comment: Option<&str>, now: Timestamp) -> Result<(), Refusal> {
    let id = chat.id();
    let score = Score::new(score).expect("1 to 5");
    chat.run_at(Command::Rate { by: visitor(), score, comment: comment.map(Arc::from), id }, now)
}

fn close(chat: &mut Chat) {
    let (id, call_end) = (chat.id(), chat.id());
    chat.run(Command::End { by: visitor(), idle: false, ids: (id, call_end) }).unwrap();
}

fn thumb(chat: &mut Chat, before: Option<Thumb>, thumb: Option<Thumb>) -> Result<(), Refusal> {
    let id = chat.id();
    chat.run(Command::RateMessage { by: visitor(), message: EntryId(7), before, thumb, id })
}

/// A rating without its id, for random commands.
pub(super) fn any_rating() -> impl Strategy<Value = Command> {
    let (id, up) = (EntryId(0), Some(Thumb::Up));
    let any_user = super::commands_for_tests::any_user;
    prop_oneof![
        (any_user(), 1..6_i64).prop_map(move |(by, score)| Command::Rate {
            by,
            score: Score::new(score).expect("1 to 5"),
            comment: None,
            id
        }),
        any_user().prop_map(move |by| Command::RateMessage { by, message: id, before: None, thumb: up, id }),
    ]
}

#[test]
fn only_whole_numbers_from_one_to_five_are_scores() {
    let scores: Vec<_> = (-1..8).filter_map(Score::new).map(Score::number).collect();

    assert_eq!(scores, [1, 2, 3, 4, 5]);
    assert_eq!((Score::new(257), Score::new(i64::MAX)), (None, None));
    assert_eq!([1, -1].map(|number| Thumb::new(number).map(Thumb::number)), [Some(1), Some(-1)]);
    assert_eq!([0, 2, -2].map(Thumb::new), [None; 3]);
}

#[test]
fn a_rating_of_a_closed_conversation_changes_nothing_else() {
    let mut chat = Chat::begun();
    chat.say("hello").unwrap();
    chat.take();
    assert_eq!(rate(&mut chat, 5, None, NOW), Err(Refusal::NotClosed));
    close(&mut chat);
    let before = chat.room.head().clone();
    let later = NOW.plus_ms(DAY_MS);

    rate(&mut chat, 4, Some("kind"), later).unwrap();

    let after = chat.room.head();
    let rating = after.rating.clone().expect("a rating");
    assert_eq!((rating.score.number(), rating.comment.as_deref(), rating.at), (4, Some("kind"), later));
    let same = Head {
        rating: None,
        last_seq: before.last_seq,
        visitor_last_seq: before.visitor_last_seq,
        entry_at: before.entry_at,
        ..after.clone()
    };
    assert_eq!(same, before, "status, responder, takeover number, unread and place in lists stay");
    let entry = chat.log.last().expect("an entry");
    assert_eq!((entry.seq, entry.visitor_prev), (before.last_seq + 1, Some(before.visitor_last_seq)));
    assert_eq!(chat.room.head(), &chat.stored);
}

#[test]
fn the_last_rating_counts_and_can_be_changed_for_ten_minutes() {
    let mut chat = Chat::begun();
    close(&mut chat);
    rate(&mut chat, 1, Some("slow"), NOW).unwrap();

    rate(&mut chat, 1, Some("slow"), NOW).unwrap();
    assert_eq!(chat.log.len(), 2, "the same again is no entry");
    rate(&mut chat, 5, None, NOW.plus_ms(10 * MINUTE_MS)).unwrap();
    let rating = chat.room.head().rating.clone().expect("a rating");
    assert_eq!((rating.score.number(), rating.comment, rating.first_at), (5, None, NOW));
    for score in [5, 2] {
        let late = rate(&mut chat, score, None, NOW.plus_ms(10 * MINUTE_MS + 1));
        assert_eq!(late, Err(Refusal::RatingOver));
    }
    assert_eq!(chat.log.len(), 3);
}

#[test]
fn a_conversation_can_be_rated_for_thirty_days() {
    let mut chat = Chat::begun();
    close(&mut chat);

    assert_eq!(rate(&mut chat, 3, None, NOW.plus_ms(30 * DAY_MS + 1)), Err(Refusal::RatingOver));
    rate(&mut chat, 3, None, NOW.plus_ms(30 * DAY_MS)).unwrap();
}

#[test]
fn a_closed_conversation_takes_a_rating_and_nothing_else() {
    let mut chat = Chat::begun();
    close(&mut chat);
    rate(&mut chat, 3, None, NOW).unwrap();

    assert_eq!(chat.say("one more thing"), Err(Refusal::Closed));
    assert_eq!(thumb(&mut chat, None, Some(Thumb::Up)), Err(Refusal::Closed));
    let fence = Fence {
        takeover: chat.stored.takeover,
        assignee: ExpectedAssignee::Any,
        answered: None,
        pending: None,
        is_snoozed: false,
    };
    let note = DraftEntry { id: EntryId(1), author: agent(), body: Body::Note(Content::default()) };
    let score = Score::new(1).expect("a score");
    let rated = Body::Event(Event::Rated { score, comment: None });
    let rated = DraftEntry { id: EntryId(2), author: visitor(), body: rated };
    for entries in [vec![], vec![note.clone()], vec![rated, note]] {
        let draft = Draft { entries, fence, ticket: None, classification: None };
        assert!(chat.stored.commit(draft, NOW).is_err(), "also where a copy was stale");
    }
}

#[test]
fn a_thumb_for_an_answer_is_an_entry_and_cuts_nothing() {
    let mut chat = Chat::begun();
    chat.say("hello").unwrap();
    let id = chat.id();
    chat.run(Command::BeginReply { id, author: assistant() }).unwrap();
    chat.run(Command::WriteReply { id, piece: "Hi".into() }).unwrap();
    let before = chat.room.head().clone();

    thumb(&mut chat, None, Some(Thumb::Up)).unwrap();
    thumb(&mut chat, Some(Thumb::Up), Some(Thumb::Up)).unwrap();
    thumb(&mut chat, Some(Thumb::Up), None).unwrap();

    let after = chat.room.head();
    assert_eq!(after.last_seq, before.last_seq + 2, "the same again is no entry");
    assert_eq!(
        (after.takeover, after.unread, after.updated_at),
        (before.takeover, before.unread, before.updated_at)
    );
    assert!(chat.room.reply().is_some_and(|reply| reply.id == id), "the reply goes on");
    chat.run(Command::FinishReply {
        id,
        metadata: None,
        usage: None,
        handoff: None,
        pending_id: EntryId(901),
    })
    .unwrap();
    assert_eq!(chat.texts(), [("Hi", None)]);
}
