//! One org's inbox: who watches it, its counts, and which agents are there.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use rooms::{ConnectionId, ConversationId, OrgId, Timestamp, User, UserId};
use serde_json::value::to_raw_value;
use tokio::sync::mpsc;

use super::Connection;
use super::agents_elsewhere::AgentsElsewhere;
use super::inbox_handle::{Changes, InboxHandle, InboxNotice, Request, Subscribed, WAITING_REQUESTS_MAX};
use super::inbox_index::InboxIndex;
use super::registry::Hub;
use super::signs::Signs;
use crate::bus::News;
use crate::model::ConversationRecord;
use crate::refusal::ServiceError;
use crate::wire::{
    ConversationView, CountsView, Frame, InboxUpdate, InboxViewsUpdate, PresenceStatus, PresenceUpdate,
    UserView, ViewCountView, conversation_view, event,
};

/// Starts the inbox of an org; it lives as long as the process.
pub(super) fn start(hub: Arc<Hub>, org: OrgId) -> InboxHandle {
    let (requests, waiting) = mpsc::channel(WAITING_REQUESTS_MAX);
    let changes = Arc::new(Changes::default());
    let handle = InboxHandle { requests, changes: changes.clone() };
    let tasks = hub.base.tasks.clone();
    let (agents, watchers, told_views) = (HashMap::new(), HashMap::new(), HashMap::new());
    let (signs, elsewhere) = (Signs::default(), AgentsElsewhere::default());
    // Agents at other nodes are asked for when somebody comes here.
    hub.bus().tell(|| News::TellAgents { org });
    let task = InboxTask { hub, org, changes, agents, watchers, index: None, told_views, signs, elsewhere };
    tasks.spawn(task.run(waiting));
    handle
}

#[derive(Debug)]
struct Agent {
    user: User,
    status: &'static str,
    connections: HashMap<ConnectionId, Arc<Connection>>,
    gone_at: Option<Timestamp>,
}

pub(super) struct InboxTask {
    pub(super) hub: Arc<Hub>,
    pub(super) org: OrgId,
    changes: Arc<Changes>,
    agents: HashMap<UserId, Agent>,
    watchers: HashMap<ConnectionId, Arc<Connection>>,
    index: Option<InboxIndex>,
    /// What each agent who watches was last told of their saved views.
    told_views: HashMap<UserId, Vec<ViewCountView>>,
    pub(super) signs: Signs,
    /// Agents at other nodes.
    pub(super) elsewhere: AgentsElsewhere,
}

impl InboxTask {
    async fn run(mut self, mut requests: mpsc::Receiver<Request>) {
        loop {
            let wait = self.next_departure();
            tokio::select! {
                request = requests.recv() => match request {
                    Some(request) => self.handle(request).await,
                    None => return,
                },
                () = self.changes.some.notified() => {
                    self.take_typing();
                    self.send_changes();
                }
                () = tokio::time::sleep(wait) => self.remove_absent_agents(),
            }
        }
    }

    async fn handle(&mut self, request: Request) {
        match request {
            Request::AgentConnected(connection) => self.agent_came(connection),
            Request::AgentDisconnected(connection, user) => {
                self.stop_watching(connection);
                self.show_viewing(connection, None);
                let grace_ms = i64::try_from(self.hub.base.settings.presence_grace_ms).unwrap_or(i64::MAX);
                let gone_at = self.hub.base.now().plus_ms(grace_ms);
                if let Some(agent) = self.agents.get_mut(&user) {
                    agent.connections.remove(&connection);
                    if agent.connections.is_empty() {
                        agent.gone_at = Some(gone_at);
                    }
                }
                self.tell_agents();
            }
            Request::Subscribe { connection, reply } => {
                let subscribed = self.subscribe(connection).await;
                // A caller that disconnected is unsubscribed on its way out.
                let _gone = reply.send(subscribed);
            }
            Request::View { connection, viewed } => {
                self.show_viewing(connection, viewed);
                self.tell_agents();
            }
            Request::Elsewhere { node, agents, viewing } => self.set_elsewhere(node, agents, viewing),
            Request::TellAgents => self.tell_agents(),
            Request::CountAgain => self.count_again().await,
            Request::ViewsChanged => self.reload_views().await,
            Request::Unsubscribe(connection) => self.stop_watching(connection),
            Request::SetStatus(user, status) => self.set_status(&user, status),
            Request::Broadcast(frame) => self.notify_agents(&frame),
            Request::Agents(reply) => {
                let _gone = reply.send(self.all_agents());
            }
        }
    }

    /// Counts are kept only while somebody watches them.
    fn stop_watching(&mut self, connection: ConnectionId) {
        let Some(gone) = self.watchers.remove(&connection) else { return };
        if self.watchers.is_empty() {
            self.index = None;
        }
        // Their own views are left out of the index the next time that views are loaded.
        let agent = gone.principal.user.id;
        if !self.watchers.values().any(|watcher| watcher.principal.user.id == agent) {
            self.told_views.remove(&agent);
        }
    }

    fn agent_came(&mut self, connection: Arc<Connection>) {
        let user = connection.principal.user.clone();
        let before = self.status_of(user.id);
        let agent = self.agents.entry(user.id).or_insert_with(|| Agent {
            user: user.clone(),
            status: "online",
            connections: HashMap::new(),
            gone_at: None,
        });
        agent.gone_at = None;
        agent.connections.insert(connection.id, connection);
        self.announce_change(&user, before);
        self.tell_agents();
    }

    /// How an agent says they are, here or at another node.
    pub(super) fn status_of(&self, agent: UserId) -> Option<&'static str> {
        let here = self.agents.get(&agent).map(|agent| agent.status);
        here.or_else(|| self.elsewhere.status_of(agent))
    }

    /// The agents who are connected here, or were a moment ago.
    pub(super) fn agents_here(&self) -> impl Iterator<Item = (&User, &'static str)> {
        self.agents.values().map(|agent| (&agent.user, agent.status))
    }

    /// Every agent who is connected to any node.
    fn all_agents(&self) -> Vec<(User, &'static str)> {
        let mut all: Vec<(User, &'static str)> =
            self.agents_here().map(|(user, status)| (user.clone(), status)).collect();
        for (user, status) in self.elsewhere.all() {
            if !all.iter().any(|(one, _)| one.id == user.id) {
                all.push((user.clone(), status));
            }
        }
        all
    }

    /// Says that an agent came, went or is otherwise, where that is so.
    pub(super) fn announce_change(&self, user: &User, before: Option<&'static str>) {
        let now = self.status_of(user.id);
        if now != before {
            self.announce_presence(user, now.unwrap_or("offline"));
        }
    }

    fn set_status(&mut self, user: &User, status: PresenceStatus) {
        let status = match status {
            PresenceStatus::Online => "online",
            PresenceStatus::Away => "away",
            PresenceStatus::Busy => "busy",
        };
        let before = self.status_of(user.id);
        let Some(agent) = self.agents.get_mut(&user.id) else { return };
        agent.status = status;
        self.announce_change(user, before);
        self.tell_agents();
    }

    fn announce_presence(&self, user: &User, status: &'static str) {
        let frame =
            Frame::new(event::PRESENCE_UPDATED, &PresenceUpdate { user: UserView::from(user), status });
        self.notify_agents(&frame);
        self.hub.listeners().iter().for_each(|listener| listener.presence_changed(self.org));
    }

    fn notify_agents(&self, frame: &Frame) {
        for agent in self.agents.values() {
            for connection in agent.connections.values() {
                connection.outbox.push(frame.clone());
            }
        }
    }

    fn next_departure(&self) -> Duration {
        let next = self.agents.values().filter_map(|agent| agent.gone_at).min();
        match next {
            Some(at) => Duration::from_millis(u64::try_from(at.0 - self.hub.base.now().0).unwrap_or(0)),
            None => Duration::from_secs(3_600),
        }
    }

    fn remove_absent_agents(&mut self) {
        let now = self.hub.base.now();
        let gone: Vec<UserId> = self
            .agents
            .iter()
            .filter(|(_, agent)| agent.gone_at.is_some_and(|at| at <= now))
            .map(|(id, _)| *id)
            .collect();
        for id in gone {
            let before = self.status_of(id);
            if let Some(agent) = self.agents.remove(&id) {
                self.announce_change(&agent.user, before);
            }
        }
        self.tell_agents();
    }

    async fn subscribe(&mut self, connection: Arc<Connection>) -> Result<Subscribed, ServiceError> {
        let agent = connection.principal.user.id;
        let is_known = self.told_views.contains_key(&agent);
        self.watchers.insert(connection.id, connection);
        let is_new = self.index.is_none();
        if is_new {
            let open = self.hub.db().conversations().not_closed(self.org).await?;
            self.index = Some(InboxIndex::new(open));
        }
        if is_new || !is_known {
            self.load_views().await?;
        }
        let signs = self.signs.all();
        let Some(index) = &self.index else { return Ok(Subscribed { signs, ..Subscribed::default() }) };
        let views = index.view_counts(agent);
        self.told_views.insert(agent, views.clone());
        Ok(Subscribed { counts: index.counts(agent), views, signs })
    }

    /// Shows what a connection of an agent's looks at.
    pub(super) fn show_viewing(&mut self, connection: ConnectionId, viewed: Option<(User, ConversationId)>) {
        for id in self.signs.view(connection, viewed) {
            self.send_signs(id);
        }
    }

    fn take_typing(&mut self) {
        let typing = {
            let mut typing = self.changes.typing.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            std::mem::take(&mut *typing)
        };
        for (id, users) in typing {
            self.signs.set_typing(id, users);
            self.send_signs(id);
        }
    }

    fn send_signs(&self, id: ConversationId) {
        if self.watchers.is_empty() {
            return;
        }
        let frame = Frame::new(event::INBOX_SIGNS, &self.signs.of(id));
        for watcher in self.watchers.values() {
            watcher.outbox.push(frame.clone());
        }
    }

    /// Counts again what may have changed unseen, and tells every watcher to look again.
    async fn count_again(&mut self) {
        if self.index.is_none() {
            return;
        }
        match self.hub.db().conversations().not_closed(self.org).await {
            Ok(open) => self.index = Some(InboxIndex::new(open)),
            Err(error) => return crate::refusal::log_unanswered(&error, "could not count an inbox again"),
        }
        self.reload_views().await;
    }

    /// Loads the saved views of the org and of the agents who watch, and counts them.
    async fn load_views(&mut self) -> Result<(), ServiceError> {
        let agents: HashSet<UserId> =
            self.watchers.values().map(|watcher| watcher.principal.user.id).collect();
        let agents: Vec<UserId> = agents.into_iter().collect();
        let views = self.hub.db().views().of_members(self.org, &agents).await?;
        if let Some(index) = &mut self.index {
            index.set_views(views);
        }
        Ok(())
    }

    /// Takes in that saved views have changed, and tells every watcher.
    async fn reload_views(&mut self) {
        if let Err(error) = self.load_views().await {
            error.log_unanswered("could not load saved views");
            return;
        }
        self.told_views.clear();
        self.send_view_counts(true);
    }

    /// Tells watchers how many conversations their saved views have, where that is news.
    fn send_view_counts(&mut self, changed: bool) {
        let Some(index) = &self.index else { return };
        let mut frames: HashMap<UserId, Frame> = HashMap::new();
        for watcher in self.watchers.values() {
            let agent = watcher.principal.user.id;
            if let Some(frame) = frames.get(&agent) {
                watcher.outbox.push(frame.clone());
                continue;
            }
            let counts = index.view_counts(agent);
            if self.told_views.get(&agent) == Some(&counts) {
                continue;
            }
            let frame = Frame::new(event::INBOX_VIEWS, &InboxViewsUpdate { counts: counts.clone(), changed });
            self.told_views.insert(agent, counts);
            watcher.outbox.push(frame.clone());
            frames.insert(agent, frame);
        }
    }

    /// Tells every watcher the latest of each conversation that changed.
    fn send_changes(&mut self) {
        let latest = {
            let mut latest = self.changes.latest.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            std::mem::take(&mut *latest)
        };
        let Some(index) = &mut self.index else { return };
        for (id, notice) in &latest {
            index.update(*id, notice.facts.channel, &notice.head);
        }
        if self.watchers.is_empty() {
            return;
        }
        for (id, notice) in latest {
            let reason = notice.reason;
            let view = notice_view(id, notice);
            let Ok(conversation) = to_raw_value(&view) else { continue };
            // Only `mine` and `my_turn` differ between agents: agents with the same counts share a frame.
            let mut frames: Vec<(CountsView, Frame)> = Vec::new();
            for watcher in self.watchers.values() {
                let counts = index.counts(watcher.principal.user.id);
                let known = frames.iter().find(|(known, _)| *known == counts).map(|(_, frame)| frame.clone());
                let frame = known.unwrap_or_else(|| {
                    let frame = Frame::new(
                        event::INBOX_UPDATED,
                        &InboxUpdate { conversation: &conversation, counts, reason },
                    );
                    frames.push((counts, frame.clone()));
                    frame
                });
                watcher.outbox.push(frame);
            }
        }
        self.send_view_counts(false);
    }
}

fn notice_view(id: ConversationId, notice: InboxNotice) -> ConversationView {
    conversation_view(&ConversationRecord {
        id,
        org: notice.facts.org,
        channel: notice.facts.channel,
        visitor: *notice.visitor,
        epoch: notice.facts.epoch.clone(),
        head: notice.head,
        created_at: notice.created_at,
        previous: notice.facts.previous,
    })
}
