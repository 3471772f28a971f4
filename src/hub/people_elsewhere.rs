//! Which agents are connected to other nodes, and what they look at there: who is told by push or by mail only where
//! they are nowhere.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use rooms::{ConversationId, OrgId, UserId};

use crate::model::NodeId;

/// The agents of one org at one node.
#[derive(Debug, Default)]
struct Here {
    agents: Vec<UserId>,
    viewing: Vec<(UserId, ConversationId)>,
}

/// Agents at other nodes, as those nodes told. Bounded by their connections.
#[derive(Debug, Default)]
pub(super) struct PeopleElsewhere(RwLock<HashMap<(NodeId, OrgId), Here>>);

impl PeopleElsewhere {
    /// Takes in who of an org is at a node: all of them, and what they look at.
    pub(super) fn set(
        &self,
        (node, org): (NodeId, OrgId),
        agents: Vec<UserId>,
        viewing: Vec<(UserId, ConversationId)>,
    ) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if agents.is_empty() && viewing.is_empty() {
            known.remove(&(node, org));
        } else {
            known.insert((node, org), Here { agents, viewing });
        }
    }

    /// A node is gone, and with it everybody who was there.
    pub(super) fn forget(&self, node: NodeId) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).retain(|(of, _), _| *of != node);
    }

    /// Whether an agent is connected to another node.
    pub(super) fn has(&self, agent: UserId) -> bool {
        self.any(|here| here.agents.contains(&agent))
    }

    /// Whether an agent looks at a conversation at another node.
    pub(super) fn is_focused(&self, agent: UserId, conversation: ConversationId) -> bool {
        self.any(|here| here.viewing.contains(&(agent, conversation)))
    }

    fn any(&self, holds: impl Fn(&Here) -> bool) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).values().any(holds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agent_is_there_while_any_node_says_so() {
        let (people, agent, conversation) = (PeopleElsewhere::default(), UserId(1), ConversationId(2));
        let at = |node| (NodeId(node), OrgId(9));
        people.set(at(1), vec![agent], Vec::new());
        people.set(at(2), vec![agent], vec![(agent, conversation)]);
        assert!(people.has(agent) && people.is_focused(agent, conversation));
        assert!(!people.has(UserId(7)) && !people.is_focused(agent, ConversationId(3)));

        people.forget(NodeId(2));
        assert!(people.has(agent) && !people.is_focused(agent, conversation));
        people.set(at(1), Vec::new(), Vec::new());
        assert!(!people.has(agent));
    }
}
