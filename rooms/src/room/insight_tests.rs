//! What is told of an insight that comes with a message.

use super::chat_for_tests::{Chat, NOW, agent, visitor};
use super::*;
use crate::Classification;
use crate::Draft;

/// Commits what the visitor says with what it is about; how many times visitor and agent then get the state.
fn state_updates(chat: &mut Chat, text: &str, intent: &str) -> [usize; 2] {
    let (id, event) = (chat.id(), chat.id());
    let content = Content { text: Arc::from(text), ..Content::default() };
    let handoff_ids = (event, TicketId(event.0));
    let send = Command::Send { author: visitor(), id, content, handoff_ids };
    let effects = chat.room.apply(send, NOW).unwrap();
    let [Effect::Commit(draft)] = effects.as_slice() else { panic!("one draft") };
    assert_eq!(draft.visitor_words(), Some(text));
    let about = Classification { intent: intent.into(), sentiment: "neutral".into(), language: None };
    let draft = Draft { classification: Some(about), ..draft.clone() };
    let entries = chat.stored.commit(draft, NOW).unwrap();
    let effects = chat.room.committed_with(entries, chat.stored.insight.clone());
    assert_eq!(chat.room.head(), &chat.stored);
    [visitor(), agent()].map(|user| {
        let is_told = |effect: &&Effect| {
            matches!(effect, Effect::Announce(to, Announcement::Updated) if to.includes(&user))
        };
        effects.iter().filter(is_told).count()
    })
}

#[test]
fn agents_get_the_state_with_a_message_only_where_its_insight_is_another() {
    let mut chat = Chat::begun();

    assert_eq!(state_updates(&mut chat, "where is my parcel?", "order"), [0, 1]);
    assert_eq!(state_updates(&mut chat, "and the other one?", "order"), [0, 0], "nothing new");
    assert_eq!(
        state_updates(&mut chat, "a human please", "question"),
        [1, 1],
        "the handoff shows it already"
    );
}
