//! The part of an inbox task that other nodes have a share in: agents who are connected there.

use rooms::{ConnectionId, ConversationId, User};

use super::inbox::InboxTask;
use crate::bus::{AgentHere, News, Person, Viewed};
use crate::model::NodeId;

impl InboxTask {
    /// Takes in who is at another node: all of its agents of this org, and what they look at.
    pub(super) fn set_elsewhere(
        &mut self,
        node: NodeId,
        agents: Vec<AgentHere>,
        viewing: Vec<(u64, Person, Viewed)>,
    ) {
        let now: Vec<(User, &'static str)> =
            agents.into_iter().map(|agent| (agent.user.into(), known_status(&agent.status))).collect();
        let known = self.elsewhere.by_node.get(&node).into_iter().flatten();
        let mut changed: Vec<(User, Option<&'static str>)> = Vec::new();
        for (user, _) in known.chain(&now) {
            if !changed.iter().any(|(one, _)| one.id == user.id) {
                changed.push((user.clone(), self.status_of(user.id)));
            }
        }
        if now.is_empty() {
            self.elsewhere.by_node.remove(&node);
        } else {
            self.elsewhere.by_node.insert(node, now);
        }
        for (user, before) in changed {
            self.announce_change(&user, before);
        }
        self.set_viewing_elsewhere(node, viewing);
    }

    fn set_viewing_elsewhere(&mut self, node: NodeId, viewing: Vec<(u64, Person, Viewed)>) {
        let known = &self.elsewhere.viewing;
        let is_over = |(of, id): &(NodeId, u64)| *of == node && !viewing.iter().any(|(one, ..)| one == id);
        let over: Vec<_> = known.keys().filter(|key| is_over(key)).cloned().collect();
        for key in over {
            if let Some(connection) = self.elsewhere.viewing.remove(&key) {
                self.show_viewing(connection, None);
            }
        }
        for (id, user, Viewed(conversation)) in viewing {
            let next_id = || self.hub.connections.next_id();
            let connection = *self.elsewhere.viewing.entry((node, id)).or_insert_with(next_id);
            self.show_viewing(connection, Some((user.into(), conversation)));
        }
    }

    /// Tells the other nodes which agents are here and what they look at.
    pub(super) fn tell_agents(&self) {
        self.hub.bus().tell(|| {
            let here = self.agents_here();
            let agents = here.map(|(user, status)| AgentHere { user: user.into(), status: status.into() });
            News::Agents { org: self.org, agents: agents.collect(), viewing: self.viewing_here() }
        });
    }

    /// What the agents here look at, by connection.
    fn viewing_here(&self) -> Vec<(u64, Person, Viewed)> {
        let elsewhere: Vec<ConnectionId> = self.elsewhere.viewing.values().copied().collect();
        let own =
            |(connection, _): &(&ConnectionId, &(User, ConversationId))| !elsewhere.contains(*connection);
        let all = self.signs.viewing().filter(own);
        all.map(|(connection, (user, id))| (connection.0, user.into(), Viewed(*id))).collect()
    }
}

/// A status as it is told; what this release does not know is `online`.
fn known_status(status: &str) -> &'static str {
    ["away", "busy"].into_iter().find(|known| *known == status).unwrap_or("online")
}
