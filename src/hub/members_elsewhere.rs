//! Who is in which conversation at other nodes, also where no room is live here: a room that opens knows it at once.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use rooms::{ConversationId, User};

use crate::model::NodeId;

/// People in one conversation, by node.
type Nodes = Vec<(NodeId, Vec<User>)>;

/// People at other nodes by conversation, as those nodes told. Bounded by their connections.
#[derive(Debug, Default)]
pub(super) struct MembersElsewhere(RwLock<HashMap<ConversationId, Nodes>>);

impl MembersElsewhere {
    /// Takes in who is in a conversation at a node: all of them.
    pub(super) fn set(&self, conversation: ConversationId, node: NodeId, users: Vec<User>) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let nodes = known.entry(conversation).or_default();
        nodes.retain(|(of, _)| *of != node);
        if !users.is_empty() {
            nodes.push((node, users));
        }
        if nodes.is_empty() {
            known.remove(&conversation);
        }
    }

    /// A node is gone, and with it everybody who was there.
    pub(super) fn forget(&self, node: NodeId) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, nodes| {
            nodes.retain(|(of, _)| *of != node);
            !nodes.is_empty()
        });
        known.shrink_to_fit();
    }

    /// Who is in a conversation, by node.
    pub(super) fn of(&self, conversation: ConversationId) -> Nodes {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(&conversation).cloned().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use rooms::{UserId, UserKind};

    use super::*;

    #[test]
    fn nothing_is_kept_of_who_left_and_of_nodes_that_are_gone() {
        let members = MembersElsewhere::default();
        let user = |id| User { id: UserId(id), kind: UserKind::Visitor, name: "somebody".into() };
        members.set(ConversationId(1), NodeId(1), vec![user(1)]);
        members.set(ConversationId(1), NodeId(2), vec![user(2)]);
        members.set(ConversationId(2), NodeId(2), vec![user(2)]);
        assert_eq!(members.of(ConversationId(1)).len(), 2);

        members.set(ConversationId(1), NodeId(1), Vec::new());
        assert_eq!(members.of(ConversationId(1)), [(NodeId(2), vec![user(2)])]);
        members.forget(NodeId(2));
        assert!(members.0.read().unwrap().is_empty());
    }
}
