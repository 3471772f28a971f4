//! Agents of an org who are connected to other nodes.

use std::collections::HashMap;

use rooms::{ConnectionId, User, UserId};

use crate::model::NodeId;

/// Agents of an org at other nodes, as those nodes told.
#[derive(Debug, Default)]
pub(super) struct AgentsElsewhere {
    pub(super) by_node: HashMap<NodeId, Vec<(User, &'static str)>>,
    /// What they look at: each of their connections by an id of this node's.
    pub(super) viewing: HashMap<(NodeId, u64), ConnectionId>,
}

impl AgentsElsewhere {
    /// How an agent says they are at another node.
    pub(super) fn status_of(&self, agent: UserId) -> Option<&'static str> {
        self.all().find(|(user, _)| user.id == agent).map(|(_, status)| *status)
    }

    /// Every agent at every other node; one who is at two comes twice.
    pub(super) fn all(&self) -> impl Iterator<Item = &(User, &'static str)> {
        self.by_node.values().flatten()
    }
}
