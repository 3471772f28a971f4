//! How the rest of the hub talks to an inbox task.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use rooms::{ConnectionId, ConversationId, Head, Timestamp, User, UserId};
use tokio::sync::{Notify, mpsc, oneshot};

use super::Connection;
use super::room_handle::RoomFacts;
use crate::bus::{AgentHere, Person, Viewed};
use crate::model::{NodeId, VisitorRecord};
use crate::refusal::ServiceError;
use crate::wire::{CountsView, Frame, PresenceStatus, SignsView, ViewCountView};

/// Capacity of an inbox's request queue; senders wait when it is full.
pub(super) const WAITING_REQUESTS_MAX: usize = 256;

/// The latest state of a conversation that changed.
#[derive(Debug)]
pub(super) struct InboxNotice {
    pub(super) facts: Arc<RoomFacts>,
    pub(super) visitor: Box<VisitorRecord>,
    pub(super) head: Head,
    pub(super) created_at: Timestamp,
    pub(super) reason: &'static str,
}

/// What a connection begins with that watches an inbox, as its agent sees it.
#[derive(Debug, Default)]
pub(super) struct Subscribed {
    pub(super) counts: CountsView,
    pub(super) views: Vec<ViewCountView>,
    pub(super) signs: Vec<SignsView>,
}

#[derive(Debug)]
pub(super) enum Request {
    AgentConnected(Arc<Connection>),
    AgentDisconnected(ConnectionId, UserId),
    Subscribe {
        connection: Arc<Connection>,
        reply: oneshot::Sender<Result<Subscribed, ServiceError>>,
    },
    View {
        connection: ConnectionId,
        viewed: Option<(User, ConversationId)>,
    },
    ViewsChanged,
    Unsubscribe(ConnectionId),
    SetStatus(User, PresenceStatus),
    Agents(oneshot::Sender<Vec<(User, &'static str)>>),
    /// All agents of the org who are at another node, and what they look at.
    Elsewhere {
        node: NodeId,
        agents: Vec<AgentHere>,
        viewing: Vec<(u64, Person, Viewed)>,
    },
    /// Tell the other nodes who is here.
    TellAgents,
    /// What is counted may have changed unseen.
    CountAgain,
    Broadcast(Frame),
}

/// Changes that are not told yet: one per conversation, the latest. Bounded by the live conversations.
#[derive(Debug, Default)]
pub(super) struct Changes {
    pub(super) latest: Mutex<HashMap<ConversationId, InboxNotice>>,
    /// Who types, where that has changed.
    pub(super) typing: Mutex<HashMap<ConversationId, Vec<User>>>,
    pub(super) some: Notify,
}

/// Handle to an inbox task; cloning shares it.
#[derive(Debug, Clone)]
pub(super) struct InboxHandle {
    pub(super) requests: mpsc::Sender<Request>,
    pub(super) changes: Arc<Changes>,
}

impl InboxHandle {
    /// Hands over the latest state of a conversation; an untold older one is replaced.
    pub(super) fn notify(&self, id: ConversationId, notice: impl FnOnce() -> InboxNotice) {
        let mut latest = self.changes.latest.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        latest.insert(id, notice());
        drop(latest);
        self.changes.some.notify_one();
    }

    /// Hands over who types in a conversation now.
    pub(super) fn notify_typing(&self, id: ConversationId, users: Vec<User>) {
        let mut typing = self.changes.typing.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        typing.insert(id, users);
        drop(typing);
        self.changes.some.notify_one();
    }

    /// An agent's connection views this conversation, or none.
    pub(super) async fn view(&self, connection: ConnectionId, viewed: Option<(User, ConversationId)>) {
        self.send(Request::View { connection, viewed }).await;
    }

    pub(super) async fn agent_connected(&self, connection: Arc<Connection>) {
        self.send(Request::AgentConnected(connection)).await;
    }

    pub(super) async fn agent_disconnected(&self, connection: ConnectionId, user: UserId) {
        self.send(Request::AgentDisconnected(connection, user)).await;
    }

    pub(super) async fn subscribe(&self, connection: Arc<Connection>) -> Result<Subscribed, ServiceError> {
        let (reply, answer) = oneshot::channel();
        self.send(Request::Subscribe { connection, reply }).await;
        answer.await.map_err(ServiceError::internal)?
    }

    /// Saved views were created, changed or deleted.
    pub(super) async fn views_changed(&self) {
        self.send(Request::ViewsChanged).await;
    }

    pub(super) async fn unsubscribe(&self, connection: ConnectionId) {
        self.send(Request::Unsubscribe(connection)).await;
    }

    pub(super) async fn set_status(&self, user: User, status: PresenceStatus) {
        self.send(Request::SetStatus(user, status)).await;
    }

    pub(super) async fn agents(&self) -> Vec<(User, &'static str)> {
        let (reply, answer) = oneshot::channel();
        self.send(Request::Agents(reply)).await;
        answer.await.unwrap_or_default()
    }

    /// Sends a frame to every connection of the org's agents.
    pub(super) async fn notify_agents(&self, frame: Frame) {
        self.send(Request::Broadcast(frame)).await;
    }

    pub(super) async fn send(&self, request: Request) {
        if self.requests.send(request).await.is_err() {
            tracing::error!("inbox task ended unexpectedly");
        }
    }
}
