//! One connection's side of the hub: handles its events in the order they were sent.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use futures_util::future::BoxFuture;
use rooms::SupervisorAct;
use rooms::{Command as RoomCommand, ConversationId};
use serde::Serialize;
use serde_json::value::to_raw_value;

use super::actor::{Actor, Target};
use super::command::{Command, NewMessage};
use super::history::History;
use super::outgoing::AckData;
use super::registry::Hub;
use super::room_handle::{Request, RoomHandle};
use super::snoozing::snooze_time;
use super::typing::TypingThrottle;
use super::{Connection, Outbox, OutboxLimits, Transport};
use crate::auth::{Principal, Right};
use crate::limits::{EventBudgets, EventRefusal, Source};
use crate::model::ConversationFilter;
use crate::refusal::ServiceError;
use crate::wire::{
    Budget, ClientEvent, EntryView, Frame, HelloAck, InboxAck, InboxFilter, JoinAck, JoinData, LimitsView,
    PageViewData, PresenceStatus, RateAck, SendAck, SendData, StateAck, StateView, TypingData, UserView,
    VisitorAck, VisitorUpdateData, WireError, conversation_view, event, rfc3339, visitor_view,
};

/// The inbox's first page.
const INBOX_PAGE: i64 = 50;
/// Maximum length of a typing preview in Unicode code points; the rest is truncated.
const PREVIEW_MAX_CHARS: usize = 1_000;

/// What an event is answered with: JSON, or why not.
pub(super) type Answered = Result<AckData, ServiceError>;

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
            address,
            transport,
            outbox: Outbox::new(OutboxLimits::of(&hub.base.settings)),
            focus: Mutex::default(),
            history_pace: Mutex::new(hub.base.limits.history_pace()),
        });
        let rooms_max = rooms_max(&hub, &connection.principal);
        let budgets = hub.base.limits.event_budgets(rooms_max);
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
            client.hub.inbox(principal.org).agent_connected(client.connection.clone()).await;
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
        let settings = &self.hub.base.settings;
        let principal = &self.connection.principal;
        let is_visitor = principal.is_visitor();
        HelloAck {
            connection_id: self.connection.id.0.to_string(),
            user: UserView::from(&principal.user),
            org_id: principal.org.to_string(),
            time: rfc3339(self.hub.base.now()),
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
            // The room task may have ended: then it has no members.
            let _gone = room.send(Request::Leave { connection: self.connection.id }).await;
        }
        let principal = &self.connection.principal;
        if principal.is_agent() {
            self.hub.inbox(principal.org).agent_disconnected(self.connection.id, principal.user.id).await;
        }
    }

    /// Shows the caller as gone where they are, or as back: their connection stands, and whether anything is heard of
    /// it has changed.
    pub(super) async fn show_silence(&self, is_silent: bool) {
        for room in self.joined.values() {
            let connection = self.connection.clone();
            // The room task may have ended: then it has no members.
            let _gone = room.send(Request::Silence { connection, is_silent }).await;
        }
    }

    /// Counts an event towards the connection's limit of its kind.
    pub(super) fn count_event(&mut self, budget: Budget) -> Result<(), EventRefusal> {
        self.budgets.count(budget, self.hub.base.now().0)
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
            ClientEvent::Viewing(data) => self.view(data.session_id.as_deref()).await,
            ClientEvent::Read(data) => self.read(&data.session_id, data.seq).await,
            ClientEvent::UpdateVisitor(data) => self.update_visitor(data).await,
            ClientEvent::ViewPage(data) => self.view_page(data).await,
            ClientEvent::RateMessage(data) => {
                let command = Command::RateMessage { message: data.message_id, value: data.value };
                self.rate(&data.session_id, command).await
            }
            ClientEvent::Rate(data) => {
                let command = Command::Rate { score: data.score, comment: data.comment };
                self.rate(&data.session_id, command).await
            }
            other => self.act(other).await,
        };
        Answer::Now(done)
    }

    async fn update_visitor(&self, data: VisitorUpdateData) -> Answered {
        let source = Source::Address(self.address);
        let visitor = self.hub.update_visitor(&self.connection.principal, source, data).await?;
        body(&VisitorAck { visitor: visitor_view(&visitor) })
    }

    async fn view_page(&self, data: PageViewData) -> Answered {
        self.hub.view_page(&self.connection.principal, Source::Address(self.address), data).await?;
        empty()
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

    async fn view(&self, session_id: Option<&str>) -> Answered {
        let principal = &self.connection.principal;
        Right::WatchInbox.check(principal)?;
        let viewed = match session_id {
            Some(session_id) => {
                let id = Target::from(session_id).id()?;
                if !self.joined.contains_key(&id) {
                    self.hub.room_for(principal, id).await?;
                }
                Some((principal.user.clone(), id))
            }
            None => None,
        };
        let conversation = viewed.as_ref().map(|(_, id)| *id);
        self.connection.set_focus(conversation);
        if let Some(conversation) = conversation {
            for listener in self.hub.listeners() {
                listener.focused(principal.org, principal.user.id, conversation);
            }
        }
        self.hub.inbox(principal.org).view(self.connection.id, viewed).await;
        empty()
    }

    /// Events that are answered with the state.
    async fn act(&self, event: ClientEvent) -> Answered {
        let (session_id, command) = match event {
            ClientEvent::Handoff(data) => {
                (data.session_id, Command::RequestHandoff { reason: data.reason.map(Into::into) })
            }
            ClientEvent::Takeover(data) => {
                (data.session_id, Command::take_over(data.takeover, data.from.as_deref()))
            }
            ClientEvent::Release(data) => {
                (data.session_id, Command::Release { to: data.to.map(Into::into), reason: None })
            }
            ClientEvent::Assign(data) => {
                let expected = data.expected.as_ref().map(String::as_str);
                (data.session_id, Command::assign_with_note(data.agent_id.as_deref(), expected, data.note))
            }
            ClientEvent::Retry(data) => (data.session_id, Command::Retry),
            ClientEvent::Snooze(data) => {
                let until = data.until.map(|until| snooze_time(&until)).transpose()?;
                (data.session_id, Command::Snooze { until })
            }
            ClientEvent::SetMode(data) => {
                (data.session_id, Command::SetMode { mode: data.mode, seconds: data.seconds })
            }
            ClientEvent::HoldReply(data) => supervise(data.session_id, data.message_id, SupervisorAct::Hold),
            ClientEvent::SendReply(data) => supervise(data.session_id, data.message_id, SupervisorAct::Send),
            ClientEvent::EditReply(data) => {
                supervise(data.session_id, data.message_id, SupervisorAct::Edit(data.content.into()))
            }
            ClientEvent::StopReply(data) => {
                let reason = data.reason.map(Into::into);
                supervise(data.session_id, data.message_id, SupervisorAct::Stop { reason })
            }
            ClientEvent::End(data) => (data.session_id, Command::End),
            other => return Err(ServiceError::bad_request(format!("{} is not handled here", other.name()))),
        };
        let acted = self.hub.act(self.actor(), session_id.as_str(), command).await?;
        body(&StateAck { state: StateView::for_audience(&acted.head, self.connection.audience()) })
    }

    /// Who acts over this connection.
    fn actor(&self) -> Actor<'_> {
        Actor::Caller {
            principal: &self.connection.principal,
            source: Source::Address(self.address),
            connection: Some(self.connection.id),
        }
    }

    async fn send(&mut self, data: SendData) -> Answer {
        match self.begin_send(data).await {
            Ok(later) => Answer::Later(later),
            Err(error) => Answer::Now(Err(error)),
        }
    }

    async fn begin_send(&mut self, data: SendData) -> Result<BoxFuture<'static, Answered>, ServiceError> {
        let target = Target::from(data.session_id.as_str());
        let message = Command::Send(NewMessage {
            client_message_id: data.client_message_id,
            content: data.content,
            attachments: data.attachments.unwrap_or_default(),
            kind: data.kind.unwrap_or_default(),
            reply_to: data.reply_to,
            metadata: data.metadata,
        });
        let pending = self.hub.begin_act(self.actor(), target, message).await?;
        let (id, audience) = (target.id()?, self.connection.audience());
        Ok(Box::pin(async move {
            let acted = pending.outcome().await?;
            let is_duplicate = acted.is_duplicate;
            if let Some(entry) = acted.sent.and_then(|sent| sent.for_audience(audience)) {
                return Ok(AckData::Sent { entry, is_duplicate });
            }
            let entry = acted.entry.ok_or_else(ServiceError::no_entry)?;
            let entry = EntryView::for_audience(&entry, id, audience).ok_or_else(ServiceError::no_entry)?;
            body(&SendAck { entry, duplicate: is_duplicate })
        }))
    }

    async fn read(&self, session_id: &str, seq: u64) -> Answered {
        self.hub.act(self.actor(), session_id, Command::MarkRead { seq }).await?;
        empty()
    }

    /// Ratings, which are answered with their entry.
    async fn rate(&self, session_id: &str, command: Command) -> Answered {
        let acted = self.hub.act(self.actor(), session_id, command).await?;
        let (id, audience) = (Target::from(session_id).id()?, self.connection.audience());
        let entry = acted.entry.as_deref();
        body(&RateAck { entry: entry.and_then(|entry| EntryView::for_audience(entry, id, audience)) })
    }

    async fn type_in(&mut self, data: TypingData, starts: bool) -> Answered {
        let principal = &self.connection.principal;
        Right::Converse.check(principal)?;
        let id = Target::from(data.session_id.as_str()).id()?;
        if !self.joined.contains_key(&id) {
            // Typing in a room that is not joined costs a lookup: skip it above typing speed.
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
            RoomCommand::StartTyping { user, preview }
        } else {
            RoomCommand::StopTyping { user }
        };
        self.typing.pass(&self.hub, principal.org, id, command).await;
        empty()
    }

    fn rooms_max(&self) -> usize {
        rooms_max(&self.hub, &self.connection.principal)
    }

    async fn join(&mut self, data: JoinData) -> Answered {
        let id = Target::from(data.session_id.as_str()).id()?;
        let room = self.hub.room_for(&self.connection.principal, id).await?;
        self.check_room_limit(id)?;
        let facts = room.facts.clone();
        let connection = self.connection.clone();
        let after = data.after;
        let (room, snapshot) = self
            .hub
            .with_room(self.connection.principal.org, id, |room| {
                let connection = connection.clone();
                async move {
                    let snapshot = room.ask(|reply| Request::Join { connection, after, reply }).await?;
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

    fn check_room_limit(&self, id: ConversationId) -> Result<(), WireError> {
        let most = self.rooms_max();
        if !self.hub.base.settings.limits || self.joined.contains_key(&id) || self.joined.len() < most {
            return Ok(());
        }
        let words = format!("a connection may be in at most {most} rooms; leave one first");
        Err(WireError { reason: Some("room_limit"), ..WireError::forbidden(words) })
    }

    async fn leave_room(&mut self, session_id: &str) -> Answered {
        let id = Target::from(session_id).id()?;
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
        let view = filter.parse()?;
        let subscribed = self.hub.inbox(principal.org).subscribe(self.connection.clone()).await?;
        let filter = ConversationFilter {
            view,
            agent: Some(principal.user.id),
            limit: INBOX_PAGE + 1,
            ..ConversationFilter::default()
        };
        let mut records = self.hub.db().conversations().list(principal.org, &filter).await?;
        let next_cursor = crate::db::next_cursor(&mut records, &filter.view, INBOX_PAGE);
        body(&InboxAck {
            conversations: records.iter().map(conversation_view).collect(),
            counts: subscribed.counts,
            views: subscribed.views,
            next_cursor,
            signs: subscribed.signs,
        })
    }
}

/// How many rooms a connection of this caller may be in.
fn rooms_max(hub: &Hub, principal: &Principal) -> usize {
    if principal.is_visitor() {
        hub.base.settings.visitor_rooms_max
    } else {
        hub.base.settings.agent_rooms_max
    }
}

/// The JSON of an ack.
fn body<T: Serialize>(data: &T) -> Answered {
    to_raw_value(data).map(AckData::Json).map_err(ServiceError::internal)
}

fn empty() -> Answered {
    body(&serde_json::json!({}))
}

/// What an agent asks of a reply that visitors have not seen.
fn supervise(session_id: String, message: String, act: SupervisorAct) -> (String, Command) {
    (session_id, Command::Supervise { message, act })
}
