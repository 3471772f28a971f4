//! One connection's side of the hub: handles its events in the order they were sent.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use futures_util::future::BoxFuture;
use rooms::{Command, ConversationId};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use super::access::right_to_send;
use super::acts::{NewMessage, ReadAct};
use super::history::History;
use super::registry::Hub;
use super::room_handle::{ActReply, Acted, Request, RoomHandle};
use super::typing::TypingThrottle;
use super::{Connection, Outbox, Takeover, Transport};
use crate::auth::{Principal, Right};
use crate::limits::{EventBudgets, Verdict};
use crate::model::ConversationFilter;
use crate::refusal::ServiceError;
use crate::wire::{
    Budget, ClientEvent, EntryView, Frame, HelloAck, InboxAck, InboxFilter, JoinAck, JoinData, LimitsView,
    PresenceStatus, SendAck, SendData, StateAck, StateView, TypingData, UserView, WireError,
    conversation_view, event,
};

/// The inbox's first page.
const INBOX_PAGE: i64 = 50;
/// The longest typing preview that is passed on, in Unicode code points; the rest is cut.
const PREVIEW_MAX_CHARS: usize = 1_000;

/// What an event is answered with: JSON, or why not.
pub(super) type Answered = Result<Box<RawValue>, ServiceError>;

/// The answer to an event: there, or on its way while later events are handled.
pub(super) enum Answer {
    Now(Answered),
    Later(BoxFuture<'static, Answered>),
}

/// How a connection hears that it is let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Greeting {
    /// As the ack of its hello.
    Ack(i64),
    /// As its first event.
    Event,
    /// Not at all: it asked for no ack.
    Silent,
}

/// A connection that is let in.
pub struct Client {
    hub: Arc<Hub>,
    connection: Arc<Connection>,
    address: IpAddr,
    budgets: EventBudgets,
    typing: TypingThrottle,
    joined: HashMap<ConversationId, RoomHandle>,
}

impl Client {
    /// Lets a caller in; from here on they are present and may be replaced or revoked.
    pub async fn admit(
        hub: Arc<Hub>,
        principal: Principal,
        client_id: Option<&str>,
        transport: Transport,
        address: IpAddr,
        greeting: Greeting,
    ) -> Self {
        let connection = Arc::new(Connection {
            id: hub.connections.next_id(),
            principal,
            client_id: client_id.map(Arc::from),
            transport,
            outbox: Outbox::new(hub.outbox_limits()),
            history_pace: Mutex::new(hub.limits().history_pace()),
        });
        let rooms_max = rooms_max(&hub, &connection.principal);
        let budgets = hub.limits().event_budgets(rooms_max);
        let client = Self {
            hub,
            connection,
            address,
            budgets,
            typing: TypingThrottle::default(),
            joined: HashMap::new(),
        };
        client.greet(greeting);
        client.hub.admit(&client.connection);
        let principal = &client.connection.principal;
        if principal.is_agent() {
            client.hub.inbox(principal.org).came(client.connection.clone()).await;
        }
        client
    }

    /// The hello is the first thing a connection hears.
    fn greet(&self, greeting: Greeting) {
        let hello = self.hello();
        match greeting {
            Greeting::Ack(id) => {
                self.connection.outbox.push_ack(id, body(&hello).map_err(ServiceError::report))
            }
            Greeting::Event => {
                self.connection.outbox.push(Frame::new(event::HELLO, &hello));
            }
            Greeting::Silent => {}
        }
    }

    /// The connection, whose outbox the edge empties.
    #[must_use]
    pub fn connection(&self) -> &Arc<Connection> {
        &self.connection
    }

    /// The hub.
    #[must_use]
    pub fn hub(&self) -> &Arc<Hub> {
        &self.hub
    }

    /// What a hello is answered with.
    fn hello(&self) -> HelloAck {
        let settings = self.hub.settings();
        let principal = &self.connection.principal;
        let is_visitor = principal.is_visitor();
        HelloAck {
            connection_id: self.connection.id.0.to_string(),
            user: UserView::from(&principal.user),
            org_id: principal.org.to_string(),
            heartbeat_ms: settings.heartbeat_ms,
            limits: LimitsView {
                frame_bytes: settings.frame_max_bytes,
                message_chars: if is_visitor {
                    principal.message_max_chars.unwrap_or(settings.visitor_message_max_chars)
                } else {
                    settings.agent_message_max_chars
                },
                rooms: self.rooms_max(),
                events_per_3s: settings.events_per_3s,
                history_entries: settings.resume_max_entries as usize,
            },
            server: concat!("switchboard/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }

    /// Leaves everything; the transport is gone.
    pub async fn leave(self) {
        self.connection.outbox.end();
        self.hub.connections.remove(&self.connection);
        for room in self.joined.into_values() {
            // A room that has ended has nobody in it.
            let _gone = room.send(Request::Leave { connection: self.connection.id }).await;
        }
        let principal = &self.connection.principal;
        if principal.is_agent() {
            self.hub.inbox(principal.org).went(self.connection.id, principal.user.id).await;
        }
    }

    /// Shows the caller as gone where they are, or as back: their connection stands, and whether anything is heard of
    /// it has changed.
    pub(super) async fn show_silence(&self, is_silent: bool) {
        for room in self.joined.values() {
            let connection = self.connection.clone();
            // A room that has ended has nobody in it.
            let _gone = room.send(Request::Silence { connection, is_silent }).await;
        }
    }

    /// Counts an event towards the connection's limit of its kind.
    pub(super) fn count_event(&mut self, budget: Budget) -> Verdict {
        let now_ms = self.hub.now().0;
        match budget {
            Budget::Events => self.budgets.events.count(now_ms),
            Budget::Joins => self.budgets.joins.count(now_ms),
            Budget::Leaves => self.budgets.leaves.count(now_ms),
            Budget::Reads => self.budgets.reads.count(now_ms),
            Budget::Typing => Verdict::Fine,
        }
    }

    /// Handles an event. Messages only take their place here; everything else is done when this returns.
    pub(super) async fn handle(&mut self, event: ClientEvent) -> Answer {
        let done = match event {
            ClientEvent::Send(data) => return self.send(data).await,
            ClientEvent::Join(data) => self.join(data).await,
            ClientEvent::Leave(data) => self.leave_room(&data.session_id).await,
            ClientEvent::TypingStart(data) => self.type_in(data, true).await,
            ClientEvent::TypingStop(data) => self.type_in(data, false).await,
            ClientEvent::InboxSubscribe(filter) => self.subscribe(filter).await,
            ClientEvent::InboxUnsubscribe(()) => self.unsubscribe().await,
            ClientEvent::PresenceSet(status) => self.set_presence(status).await,
            ClientEvent::Read(data) => self.read(&data.session_id, data.seq).await,
            other => self.act(other).await,
        };
        Answer::Now(done)
    }

    async fn unsubscribe(&self) -> Answered {
        let principal = &self.connection.principal;
        Right::WatchInbox.check(principal)?;
        self.hub.inbox(principal.org).unsubscribe(self.connection.id).await;
        empty()
    }

    async fn set_presence(&self, status: PresenceStatus) -> Answered {
        let principal = &self.connection.principal;
        Right::SetPresence.check(principal)?;
        self.hub.inbox(principal.org).set_status(principal.user.clone(), status).await;
        empty()
    }

    /// Events that are answered with the state.
    async fn act(&self, event: ClientEvent) -> Answered {
        let (hub, principal) = (&self.hub, &self.connection.principal);
        let acted = match event {
            ClientEvent::Handoff(data) => {
                let id = self.conversation_for(Right::RequestHandoff, &data.session_id)?;
                hub.request_handoff(principal, id, data.reason.as_deref()).await?
            }
            ClientEvent::Takeover(data) => {
                let id = self.conversation_for(Right::TakeOver, &data.session_id)?;
                let takeover = Takeover { seen: data.takeover, from: data.from.as_deref() };
                hub.take_over(principal, id, takeover).await?
            }
            ClientEvent::Release(data) => {
                let id = self.conversation_for(Right::TakeOver, &data.session_id)?;
                hub.release(principal, id, data.to.map(Into::into)).await?
            }
            ClientEvent::Assign(data) => {
                let id = self.conversation_for(Right::TakeOver, &data.session_id)?;
                let expected = data.expected.as_ref().map(String::as_str);
                hub.assign(principal, id, data.agent_id.as_deref(), expected).await?
            }
            ClientEvent::Retry(data) => {
                let id = self.conversation_for(Right::Converse, &data.session_id)?;
                hub.retry(principal, self.address, id).await?
            }
            ClientEvent::End(data) => {
                let id = self.conversation_for(Right::Converse, &data.session_id)?;
                hub.end(principal, self.address, id).await?
            }
            other => return Err(ServiceError::bad_request(format!("{} is not handled here", other.name()))),
        };
        self.state_ack(&acted)
    }

    /// The id in an event, once it is known that this kind of caller may do that at all: a refusal by kind
    /// tells nothing about ids.
    fn conversation_for(&self, right: Right, session_id: &str) -> Result<ConversationId, ServiceError> {
        right.check(&self.connection.principal)?;
        Hub::parse_conversation_id(session_id)
    }

    fn state_ack(&self, acted: &Acted) -> Answered {
        body(&StateAck { state: StateView::for_audience(&acted.head, self.connection.audience()) })
    }

    async fn send(&mut self, data: SendData) -> Answer {
        match self.begin_send(data).await {
            Ok(later) => Answer::Later(later),
            Err(error) => Answer::Now(Err(error)),
        }
    }

    async fn begin_send(&mut self, data: SendData) -> Result<BoxFuture<'static, Answered>, ServiceError> {
        let kind = data.kind.unwrap_or_default();
        let id = self.conversation_for(right_to_send(kind), &data.session_id)?;
        let message = NewMessage {
            client_message_id: data.client_message_id,
            content: data.content,
            attachments: data.attachments.unwrap_or_default(),
            kind,
            reply_to: data.reply_to,
            metadata: data.metadata,
        };
        let principal = &self.connection.principal;
        let (room, command) = self.hub.prepare_message(principal, self.address, id, message).await?;
        let (reply, answer) = tokio::sync::oneshot::channel::<Result<Acted, ServiceError>>();
        let queued = room.send(Request::Act { command: command.clone(), reply }).await;
        let (hub, org, audience) = (self.hub.clone(), principal.org, self.connection.audience());
        Ok(Box::pin(async move {
            let acted = match (queued, answer.await) {
                (Ok(()), Ok(acted)) => acted?,
                // The room ended just then; it is opened again.
                _ => {
                    hub.with_room(org, id, |room| {
                        let command = command.clone();
                        async move { room.ask(|reply: ActReply| Request::Act { command, reply }).await }
                    })
                    .await??
                }
            };
            let entry = acted.entry.ok_or_else(ServiceError::no_entry)?;
            let entry = EntryView::for_audience(&entry, id, audience).ok_or_else(ServiceError::no_entry)?;
            body(&SendAck { entry, duplicate: acted.is_duplicate })
        }))
    }

    async fn read(&self, session_id: &str, seq: u64) -> Answered {
        let conversation = self.conversation_for(Right::Converse, session_id)?;
        self.hub.mark_read(&self.connection.principal, ReadAct { conversation, seq }).await?;
        empty()
    }

    async fn type_in(&mut self, data: TypingData, starts: bool) -> Answered {
        let principal = &self.connection.principal;
        let id = self.conversation_for(Right::Converse, &data.session_id)?;
        if !self.joined.contains_key(&id) {
            // A room that is not joined has to be looked up: faster than people type, that is left undone.
            if self.typing.is_flood(&self.hub) {
                return empty();
            }
            self.hub.room_for(principal, id).await?;
        }
        let user = principal.user.clone();
        let command = if starts {
            let preview = data
                .preview
                .map(|preview| preview.chars().take(PREVIEW_MAX_CHARS).collect::<String>().into());
            Command::StartTyping { user, preview }
        } else {
            Command::StopTyping { user }
        };
        self.typing.pass(&self.hub, principal.org, id, command).await;
        empty()
    }

    fn rooms_max(&self) -> usize {
        rooms_max(&self.hub, &self.connection.principal)
    }

    async fn join(&mut self, data: JoinData) -> Answered {
        let id = Hub::parse_conversation_id(&data.session_id)?;
        let room = self.hub.room_for(&self.connection.principal, id).await?;
        if self.hub.settings().limits
            && !self.joined.contains_key(&id)
            && self.joined.len() >= self.rooms_max()
        {
            let most = self.rooms_max();
            return Err(WireError {
                reason: Some("room_limit"),
                ..WireError::forbidden(format!(
                    "a connection may be in at most {most} rooms; leave one first"
                ))
            }
            .into());
        }
        let facts = room.facts.clone();
        let connection = self.connection.clone();
        let (room, snapshot) = self
            .hub
            .with_room(self.connection.principal.org, id, |room| {
                let connection = connection.clone();
                async move {
                    let snapshot = room.ask(|reply| Request::Join { connection, reply }).await?;
                    Ok((room, snapshot))
                }
            })
            .await?;
        self.joined.insert(id, room.clone());
        let history =
            History { hub: &self.hub, facts: &facts, connection: &self.connection, snapshot: &snapshot };
        let sent = history.send(&data).await;
        if sent.is_err() {
            self.joined.remove(&id);
            let _gone = room.send(Request::Leave { connection: self.connection.id }).await;
        } else {
            // The room cannot have ended: this connection is in it.
            let _gone = room.send(Request::HistorySent { connection: self.connection.id }).await;
        }
        sent?;
        let state = StateView::for_audience(&snapshot.head, self.connection.audience());
        body(&JoinAck { members: snapshot.members, state })
    }

    async fn leave_room(&mut self, session_id: &str) -> Answered {
        let id = Hub::parse_conversation_id(session_id)?;
        if let Some(room) = self.joined.remove(&id) {
            let _gone = room.send(Request::Leave { connection: self.connection.id }).await;
        } else {
            self.hub.room_for(&self.connection.principal, id).await?;
        }
        empty()
    }

    async fn subscribe(&self, filter: InboxFilter) -> Answered {
        let principal = &self.connection.principal;
        Right::WatchInbox.check(principal)?;
        let counts = self.hub.inbox(principal.org).subscribe(self.connection.clone()).await?;
        let view = filter.view.into();
        let filter = ConversationFilter {
            view,
            agent: Some(principal.user.id),
            limit: INBOX_PAGE + 1,
            ..ConversationFilter::default()
        };
        let mut records = self.hub.db().conversations().list(principal.org, &filter).await?;
        let next_cursor = crate::db::next_cursor(&mut records, view, INBOX_PAGE);
        body(&InboxAck {
            conversations: records.iter().map(conversation_view).collect(),
            counts,
            next_cursor,
        })
    }
}

/// How many rooms a connection of this caller may be in.
fn rooms_max(hub: &Hub, principal: &Principal) -> usize {
    if principal.is_visitor() { hub.settings().visitor_rooms_max } else { hub.settings().agent_rooms_max }
}

/// The JSON of an ack.
fn body<T: Serialize>(data: &T) -> Answered {
    to_raw_value(data).map_err(ServiceError::internal)
}

fn empty() -> Answered {
    body(&serde_json::json!({}))
}
