//! What other nodes tell, taken in: passed to the rooms and inboxes that are live here.
//!
//! The bus may lose anything. Whenever this node may have missed something, and every so often even then, it compares its
//! live rooms with the database, which has the last word.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use rooms::{ConversationId, OrgId, SupervisorAct, User};
use tokio::sync::mpsc;

use super::inbox_handle::Request as InboxRequest;
use super::registry::Hub;
use super::room_handle::{Request, RoomHandle};
use super::room_news::Elsewhere;
use crate::bus::{Bus, Heard, News};
use crate::limits::Spent;
use crate::model::NodeId;
use crate::refusal::log_unanswered;
use crate::wire::Frame;

/// How often live rooms are compared with the database while the bus is there: what it loses without a trace.
const COMPARED_EVERY: Duration = Duration::from_secs(30);
/// The same while the bus is away.
const COMPARED_WITHOUT_BUS_EVERY: Duration = Duration::from_secs(2);
/// How often nodes tell each other what they have counted: limits hold over all of them within this time.
const COUNTS_EVERY: Duration = Duration::from_millis(250);
/// Rooms that are compared with one statement.
const COMPARED_AT_ONCE: usize = 500;
/// Conversations that are read at once for inboxes.
const READ_AT_ONCE: usize = 8;

impl Hub {
    /// The bus to the other nodes.
    pub(super) fn bus(&self) -> &Bus {
        &self.base.bus
    }

    /// Follows what other nodes do, where there are any.
    pub(super) fn follow_others(self: &Arc<Self>) {
        let Some(heard) = self.bus().listen() else { return };
        self.base.spawn_until_stop(listen(self.clone(), heard));
        self.base.spawn_until_stop(read_for_inboxes(self.clone()));
        self.base.spawn_until_stop(compare_now_and_then(self.clone()));
        self.base.spawn_until_stop(tell_counts(self.clone()));
    }

    /// Tells everybody who is connected to another node.
    pub(super) fn tell_agents_elsewhere(&self, org: OrgId, frame: &Frame) {
        self.bus().tell(|| News::ToAgents {
            org,
            event: frame.event().into(),
            data: frame.data().to_owned(),
        });
    }

    async fn take_news(self: &Arc<Self>, from: NodeId, news: News) {
        match news {
            News::Changed { org, conversation, reason } => {
                self.changed_elsewhere(org, conversation, known_reason(&reason)).await;
            }
            News::Read { conversation, user, seq } => {
                self.pass(conversation, Elsewhere::Read { user: user.into(), seq }).await;
            }
            News::Typing { org, conversation, user, is_typing, preview } => {
                let user = user.into();
                match self.live_room(conversation).filter(|room| room.facts.org == org) {
                    Some(room) => send(&room, Elsewhere::Typing { user, is_typing, preview }).await,
                    // The stop comes as the start did, or the node that told it goes.
                    None => {
                        self.notify_typing(org, conversation, is_typing.then_some(user).into_iter().collect())
                    }
                }
            }
            News::Members { conversation, users } => {
                let users: Vec<User> = users.into_iter().map(Into::into).collect();
                self.members_elsewhere.set(conversation, from, users.clone());
                self.pass(conversation, Elsewhere::Members { node: from, users }).await;
            }
            News::WhoIsIn { conversation } => self.pass(conversation, Elsewhere::WhoIsIn).await,
            News::Reply { conversation, reply, news } => {
                self.pass(conversation, Elsewhere::Reply { node: from, id: reply, news }).await;
            }
            News::Supervise { conversation, reply, by, is_hold } => {
                let act = if is_hold { SupervisorAct::Hold } else { SupervisorAct::Send };
                self.pass(conversation, Elsewhere::Supervise { by: by.into(), reply, act }).await;
            }
            news => self.take_other_news(from, news).await,
        }
    }

    /// Takes in what is for people, inboxes and services.
    async fn take_other_news(&self, from: NodeId, news: News) {
        match news {
            News::Agents { org, agents, viewing } => {
                let ids = agents.iter().map(|agent| agent.user.id).collect();
                let viewed = viewing.iter().map(|(_, user, viewed)| (user.id, viewed.0)).collect();
                self.people_elsewhere.set((from, org), ids, viewed);
                // Nobody here watches: who comes asks.
                let Some(inbox) = self.live_inbox(org) else { return };
                inbox.send(InboxRequest::Elsewhere { node: from, agents, viewing }).await;
            }
            News::TellAgents { org } => {
                if let Some(inbox) = self.live_inbox(org) {
                    inbox.send(InboxRequest::TellAgents).await;
                }
            }
            News::ToUser { user, event, data } => {
                if let Some(frame) = Frame::from_other_node(&event, &data) {
                    self.send_to_user_here(user, &frame);
                }
            }
            News::ToAgents { org, event, data } => {
                if let (Some(inbox), Some(frame)) =
                    (self.live_inbox(org), Frame::from_other_node(&event, &data))
                {
                    inbox.notify_agents(frame).await;
                }
            }
            News::Visitor { visitor } => self.db().visitors().forget_one(visitor),
            News::Views { org } => {
                if let Some(inbox) = self.live_inbox(org) {
                    inbox.views_changed().await;
                }
            }
            News::Removed { conversation } => self.end_room(conversation).await,
            News::Spent(counts) => {
                for (limit, key, count) in counts {
                    self.base.limits.spend(Spent { limit, key, count });
                }
            }
            News::Used { org, numbers } => {
                self.listeners().iter().for_each(|listener| listener.used_elsewhere(org, numbers));
            }
            News::TellAll { of } if of.is_none_or(|node| node == self.base.node) => self.tell_all().await,
            News::TellAll { .. } => {}
            // Rooms have taken these in.
            News::Changed { .. }
            | News::Read { .. }
            | News::Typing { .. }
            | News::Members { .. }
            | News::WhoIsIn { .. }
            | News::Reply { .. }
            | News::Supervise { .. } => {}
        }
    }

    async fn changed_elsewhere(self: &Arc<Self>, org: OrgId, id: ConversationId, reason: &'static str) {
        match self.live_room(id).filter(|room| room.facts.org == org) {
            Some(room) => room.refresh(reason).await,
            None if self.inboxes.contains_key(&org) => self.changed_elsewhere.note(org, id, reason),
            None => {}
        }
    }

    async fn pass(&self, conversation: ConversationId, news: Elsewhere) {
        if let Some(room) = self.live_room(conversation) {
            send(&room, news).await;
        }
    }

    /// Tells again what only this node knows.
    async fn tell_all(&self) {
        let rooms: Vec<RoomHandle> = self.rooms.iter().map(|room| room.clone()).collect();
        for room in rooms {
            send(&room, Elsewhere::WhoIsIn).await;
        }
        let inboxes: Vec<_> = self.inboxes.iter().map(|inbox| inbox.clone()).collect();
        for inbox in inboxes {
            inbox.send(InboxRequest::TellAgents).await;
        }
    }

    /// Forgets who is in conversations at a node that is about to tell it again.
    async fn forget_members(&self, node: NodeId) {
        self.members_elsewhere.forget(node);
        let rooms: Vec<RoomHandle> = self.rooms.iter().map(|room| room.clone()).collect();
        for room in rooms {
            // Their grace outlasts the time until they are told again.
            send(&room, Elsewhere::Members { node, users: Vec::new() }).await;
        }
    }

    /// A node is gone, with everybody who was there.
    async fn node_gone(&self, node: NodeId) {
        self.people_elsewhere.forget(node);
        self.members_elsewhere.forget(node);
        // It may have left undone what only it knew of.
        self.listeners().iter().for_each(|listener| listener.missed_others());
        let rooms: Vec<RoomHandle> = self.rooms.iter().map(|room| room.clone()).collect();
        for room in rooms {
            send(&room, Elsewhere::Gone { node }).await;
        }
        let inboxes: Vec<_> = self.inboxes.iter().map(|inbox| inbox.clone()).collect();
        for inbox in inboxes {
            let gone = InboxRequest::Elsewhere { node, agents: Vec::new(), viewing: Vec::new() };
            inbox.send(gone).await;
        }
    }

    /// Has every live room that differs from what is stored read it, and every inbox count again.
    async fn compare_with_storage(self: &Arc<Self>) {
        let rooms: Vec<RoomHandle> = self.rooms.iter().map(|room| room.clone()).collect();
        for some in rooms.chunks(COMPARED_AT_ONCE) {
            let ids: Vec<ConversationId> = some.iter().map(|room| room.facts.id).collect();
            let stored = match self.db().conversations().positions(&ids).await {
                Ok(stored) => stored,
                Err(error) => {
                    return log_unanswered(&error, "could not compare live conversations with storage");
                }
            };
            for room in some {
                let Some((last_seq, updated_at)) = stored.get(&room.facts.id) else { continue };
                send(room, Elsewhere::Stored { last_seq: *last_seq, updated_at: *updated_at }).await;
            }
        }
    }

    /// Anything may have been missed of a node, or of all.
    async fn catch_up_with_others(self: &Arc<Self>, of: Option<NodeId>) {
        self.bus().tell(|| News::TellAll { of });
        self.db().visitors().forget();
        self.apply_revocations().await;
        self.listeners().iter().for_each(|listener| listener.missed_others());
        self.compare_with_storage().await;
        let inboxes: Vec<_> = self.inboxes.iter().map(|inbox| inbox.clone()).collect();
        for inbox in inboxes {
            inbox.send(InboxRequest::CountAgain).await;
        }
    }
}

async fn send(room: &RoomHandle, news: Elsewhere) {
    // A room that ends has nobody to show it to, and reads storage when it is opened again.
    let _gone = room.send(Request::Elsewhere(news)).await;
}

async fn listen(hub: Arc<Hub>, mut heard: mpsc::Receiver<Heard>) {
    while let Some(heard) = heard.recv().await {
        match heard {
            Heard::News { from, news } => {
                for one in news {
                    hub.take_news(from, one).await;
                }
            }
            Heard::Missed { from } => {
                hub.forget_members(from).await;
                hub.catch_up_with_others(Some(from)).await;
            }
            Heard::Back => hub.catch_up_with_others(None).await,
            Heard::Gone { node } => hub.node_gone(node).await,
            Heard::Lost => {}
        }
    }
}

/// Reads what others have changed for the inboxes here.
async fn read_for_inboxes(hub: Arc<Hub>) {
    loop {
        hub.changed_elsewhere.some.notified().await;
        let changed = hub.changed_elsewhere.take();
        futures_util::stream::iter(changed)
            .for_each_concurrent(READ_AT_ONCE, |(id, (org, reason))| {
                let hub = hub.clone();
                async move {
                    match hub.db().conversations().get(org, id).await {
                        Ok(Some(record)) => hub.notify_of_record(&record, reason),
                        Ok(None) => {}
                        Err(error) => log_unanswered(&error, "could not read what another node has changed"),
                    }
                }
            })
            .await;
    }
}

/// Tells the other nodes what was counted towards limits.
async fn tell_counts(hub: Arc<Hub>) {
    loop {
        tokio::time::sleep(COUNTS_EVERY).await;
        let spent = hub.base.limits.take_spent();
        if !spent.is_empty() {
            let counts = spent.into_iter().map(|one| (one.limit, one.key, one.count)).collect();
            hub.bus().tell(|| News::Spent(counts));
        }
    }
}

async fn compare_now_and_then(hub: Arc<Hub>) {
    loop {
        let period = if hub.bus().is_up() { COMPARED_EVERY } else { COMPARED_WITHOUT_BUS_EVERY };
        tokio::time::sleep(period).await;
        hub.compare_with_storage().await;
    }
}

/// A reason as the inbox is told it; what this release does not know is a message.
fn known_reason(reason: &str) -> &'static str {
    const KNOWN: [&str; 17] = [
        "created", "message", "handoff", "takeover", "release", "assigned", "closed", "read", "tagged",
        "insight", "rated", "reply", "mode", "snoozed", "merged", "call", "visitor",
    ];
    KNOWN.into_iter().find(|known| *known == reason).unwrap_or("message")
}
