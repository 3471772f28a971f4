//! Two nodes with a room of the same conversation: one writes a reply, the other shows it.

use std::sync::Arc;

use proptest::prelude::*;

use super::chat_for_tests::{Chat, NOW, agent, assistant};
use super::*;
use crate::{Draft, Mirrored, Stale};

const REPLY: EntryId = EntryId(500);

/// What one node tells of its reply.
fn told_of(room: &Room) -> Mirrored {
    let reply = room.reply().expect("a reply");
    Mirrored {
        id: reply.id,
        author: reply.author.clone(),
        takeover: reply.takeover,
        answers: reply.answers,
        answered_before: reply.answered_before,
        is_shown: reply.is_shown(),
        stage: reply.stage.clone(),
        text: reply.text().into(),
    }
}

/// A node that writes, and another one's room over the same log.
fn two_nodes() -> (Chat, Room) {
    let mut chat = Chat::begun();
    chat.say("when do you open?").unwrap();
    let other = chat.room.clone();
    chat.run(Command::BeginReply { id: REPLY, author: assistant() }).unwrap();
    (chat, other)
}

fn announced(effects: &[Effect]) -> Vec<&Announcement> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Announce(_, what) => Some(what),
            Effect::Commit(_) | Effect::StoreRead { .. } => None,
        })
        .collect()
}

fn write(chat: &mut Chat, piece: &str) {
    chat.run(Command::WriteReply { id: REPLY, piece: Arc::from(piece) }).unwrap();
}

#[test]
fn a_mirrored_reply_is_shown_and_ends_with_its_entry() {
    let (mut chat, mut other) = two_nodes();
    other.mirror(told_of(&chat.room));
    assert!(!other.wants_reply(), "it is written already");
    write(&mut chat, "At ");
    assert!(other.mirror_piece(REPLY, 0, &Arc::from("At ")).is_some());
    assert_eq!(other.mirror_piece(REPLY, 9, &Arc::from("nine")), None, "something was missed");
    write(&mut chat, "nine.");
    let whole = other.mirror(told_of(&chat.room));
    assert_eq!(announced(&whole), [&Announcement::Delta(REPLY, 0, Arc::from("At nine."))]);

    let before = chat.log.len();
    chat.run(Command::FinishReply {
        id: REPLY,
        metadata: None,
        usage: None,
        handoff: None,
        pending_id: EntryId(901),
    })
    .unwrap();
    let effects = other.committed(chat.log[before..].to_vec());

    assert!(other.reply().is_none());
    assert!(announced(&effects).contains(&&Announcement::ReplyDone(REPLY, None)), "{effects:?}");
    assert_eq!(other.head(), &chat.stored);
    assert!(other.mirror(told_of_late()).is_empty(), "what comes late shows nothing");
}

/// The same reply, told once more after its end.
fn told_of_late() -> Mirrored {
    let (chat, _) = two_nodes();
    told_of(&chat.room)
}

#[test]
fn a_takeover_at_another_node_keeps_what_was_shown_there_and_nothing_comes_after() {
    let (mut chat, mut other) = two_nodes();
    write(&mut chat, "At ");
    other.mirror(told_of(&chat.room));
    write(&mut chat, "nine.");
    let late = told_of(&chat.room);

    let effects =
        other.apply(Command::TakeOver { agent: agent(), seen: None, from: None, id: EntryId(700) }, NOW);
    let drafts: Vec<Draft> = effects
        .unwrap()
        .into_iter()
        .filter_map(|effect| if let Effect::Commit(draft) = effect { Some(draft) } else { None })
        .collect();
    let committed = chat.stored.commit(drafts[0].clone(), NOW).expect("the store takes it");
    let texts: Vec<&str> =
        committed.iter().filter_map(|entry| entry.body.content().map(|c| &*c.text)).collect();
    assert_eq!(texts, ["At "], "what readers here had seen");
    other.committed(committed.clone());
    assert!(other.mirror(late).is_empty(), "not one character after the takeover");
    assert_eq!(other.mirror_piece(REPLY, 3, &Arc::from("nine.")), None);

    chat.room.committed(committed);
    assert!(chat.room.reply().is_none(), "the writer sees in the log that it is over");
    assert_eq!(chat.run(Command::WriteReply { id: REPLY, piece: Arc::from("!") }), Err(Refusal::Superseded));
}

#[test]
fn a_takeover_on_a_mirror_of_what_was_finished_meanwhile_is_decided_again() {
    let (mut chat, mut other) = two_nodes();
    write(&mut chat, "At nine.");
    other.mirror(told_of(&chat.room));
    chat.run(Command::FinishReply {
        id: REPLY,
        metadata: None,
        usage: None,
        handoff: None,
        pending_id: EntryId(901),
    })
    .unwrap();
    let take_over = || Command::TakeOver { agent: agent(), seen: None, from: None, id: EntryId(700) };
    let draft_of = |room: &mut Room| match room.apply(take_over(), NOW).unwrap().remove(0) {
        Effect::Commit(draft) => draft,
        effect => panic!("{effect:?}"),
    };

    let stale = draft_of(&mut other);

    assert_eq!(stale.entries.len(), 2, "the cut and the takeover");
    assert_eq!(chat.stored.clone().commit(stale, NOW), Err(Stale));
    other.committed(chat.log[1..].to_vec());
    let fresh = draft_of(&mut other);
    assert_eq!(fresh.entries.len(), 1, "nothing is to be cut any more");
    assert!(chat.stored.commit(fresh, NOW).is_ok());
}

#[test]
fn a_node_that_goes_leaves_no_reply_behind() {
    let (chat, mut other) = two_nodes();
    other.mirror(told_of(&chat.room));
    assert!(other.is_mirroring(REPLY));

    let effects = other.end_mirror(None);

    assert_eq!(announced(&effects), [&Announcement::Cancelled(REPLY, Interruption::Superseded)]);
    assert!(other.wants_reply(), "somebody else may answer");
    let mut own = chat.room;
    assert!(own.end_mirror(None).is_empty(), "its own reply is none of another node's");
}

proptest! {
    #[test]
    fn whatever_is_lost_a_mirror_never_shows_other_words(
        pieces in proptest::collection::vec("[aé🙂]{1,4}", 1..12),
        lost in proptest::collection::vec(any::<bool>(), 12),
    ) {
        let (mut chat, mut other) = two_nodes();
        other.mirror(told_of(&chat.room));
        let mut offset = 0;
        for (piece, is_lost) in pieces.iter().zip(lost) {
            write(&mut chat, piece);
            let text: Arc<str> = piece.as_str().into();
            if !is_lost && other.mirror_piece(REPLY, offset, &text).is_none() {
                other.mirror(told_of(&chat.room));
            }
            offset += piece.chars().count() as u64;
            let (shown, written) = (other.reply().unwrap().text(), chat.room.reply().unwrap().text());
            prop_assert!(written.starts_with(shown), "{shown:?} of {written:?}");
        }
    }
}
