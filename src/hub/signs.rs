//! Who views a conversation and who types in it, for the inbox of an org: agents see it in their lists.

use std::collections::{HashMap, HashSet};

use rooms::{Announcement, ConnectionId, ConversationId, Effect, Room, User, UserId};

use crate::wire::SignsView;

/// Signs of life in the conversations of one org.
#[derive(Debug, Default)]
pub(super) struct Signs {
    viewing: HashMap<ConnectionId, (User, ConversationId)>,
    typing: HashMap<ConversationId, Vec<User>>,
}

impl Signs {
    /// An agent's connection views this conversation, or none; gives back where the signs have changed.
    pub(super) fn view(
        &mut self,
        connection: ConnectionId,
        viewed: Option<(User, ConversationId)>,
    ) -> HashSet<ConversationId> {
        let after = viewed.as_ref().map(|(_, id)| *id);
        let before = match viewed {
            Some(viewed) => self.viewing.insert(connection, viewed),
            None => self.viewing.remove(&connection),
        };
        let before = before.map(|(_, id)| id);
        if before == after { HashSet::new() } else { before.into_iter().chain(after).collect() }
    }

    /// These people type in a conversation now.
    pub(super) fn set_typing(&mut self, id: ConversationId, users: Vec<User>) {
        if users.is_empty() {
            self.typing.remove(&id);
        } else {
            self.typing.insert(id, users);
        }
    }

    /// The signs of a conversation.
    pub(super) fn of(&self, id: ConversationId) -> SignsView {
        let mut viewing: Vec<&User> =
            self.viewing.values().filter(|(_, viewed)| *viewed == id).map(|(user, _)| user).collect();
        viewing.sort_by_key(|user| user.id);
        viewing.dedup_by_key(|user| user.id);
        SignsView {
            session_id: id.to_string(),
            viewing: viewing.into_iter().map(Into::into).collect(),
            typing: self.typing.get(&id).into_iter().flatten().map(Into::into).collect(),
        }
    }

    /// What each connection views.
    pub(super) fn viewing(&self) -> impl Iterator<Item = (&ConnectionId, &(User, ConversationId))> {
        self.viewing.iter()
    }

    /// The signs of every conversation that has any.
    pub(super) fn all(&self) -> Vec<SignsView> {
        let viewed = self.viewing.values().map(|(_, id)| *id);
        let ids: HashSet<ConversationId> = viewed.chain(self.typing.keys().copied()).collect();
        ids.into_iter().map(|id| self.of(id)).collect()
    }
}

/// Who types in a room, as its inbox knows it.
#[derive(Debug, Default)]
pub(super) struct ShownTyping(Vec<UserId>);

impl ShownTyping {
    /// Who types now, where these effects have changed that.
    pub(super) fn news(&mut self, room: &Room, effects: &[Effect]) -> Option<Vec<User>> {
        let is_about_typing = effects.iter().any(|effect| {
            matches!(
                effect,
                Effect::Announce(_, Announcement::TypingStarted(..) | Announcement::TypingStopped(_))
            )
        });
        if !is_about_typing || self.0.iter().eq(room.typists().map(|user| &user.id)) {
            return None;
        }
        self.0 = room.typists().map(|user| user.id).collect();
        Some(room.typists().cloned().collect())
    }
}

#[cfg(test)]
mod tests {
    use rooms::UserKind;

    use super::*;

    const ORDERS: ConversationId = ConversationId(1);
    const RETURNS: ConversationId = ConversationId(2);

    fn agent(id: u64) -> User {
        User { id: UserId(id.into()), kind: UserKind::Agent, name: format!("agent {id}").into() }
    }

    fn names(users: &[crate::wire::UserView]) -> Vec<String> {
        users.iter().map(|user| user.id.clone()).collect()
    }

    fn ids(ids: &[u64]) -> Vec<String> {
        ids.iter().map(|id| agent(*id).id.to_string()).collect()
    }

    #[test]
    fn an_agent_with_two_tabs_on_a_conversation_views_it_once() {
        let mut signs = Signs::default();
        signs.view(ConnectionId(1), Some((agent(7), ORDERS)));
        signs.view(ConnectionId(2), Some((agent(7), ORDERS)));
        signs.view(ConnectionId(3), Some((agent(5), ORDERS)));
        assert_eq!(names(&signs.of(ORDERS).viewing), ids(&[5, 7]));

        signs.view(ConnectionId(1), None);
        assert_eq!(names(&signs.of(ORDERS).viewing), ids(&[5, 7]));
        signs.view(ConnectionId(2), None);
        assert_eq!(names(&signs.of(ORDERS).viewing), ids(&[5]));
    }

    #[test]
    fn who_goes_to_another_conversation_changes_both_and_who_stays_none() {
        let mut signs = Signs::default();
        assert_eq!(signs.view(ConnectionId(1), Some((agent(7), ORDERS))), HashSet::from([ORDERS]));
        assert!(signs.view(ConnectionId(1), Some((agent(7), ORDERS))).is_empty());

        let changed = signs.view(ConnectionId(1), Some((agent(7), RETURNS)));

        assert_eq!(changed, HashSet::from([ORDERS, RETURNS]));
        assert_eq!(signs.view(ConnectionId(1), None), HashSet::from([RETURNS]));
        assert!(signs.all().is_empty());
    }

    #[test]
    fn who_types_is_there_until_nobody_does() {
        let mut signs = Signs::default();
        signs.set_typing(ORDERS, vec![agent(7)]);
        assert_eq!(signs.all().len(), 1);
        assert_eq!(names(&signs.of(ORDERS).typing), ids(&[7]));

        signs.set_typing(ORDERS, Vec::new());
        assert!(signs.all().is_empty());
    }
}
