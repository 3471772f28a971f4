//! The hub: knows every live room, inbox and connection.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use dashmap::DashMap;
use rooms::{ConversationId, Entry, Head, OrgId, User, UserId};

use super::Connection;
use super::changed_elsewhere::ChangedElsewhere;
use super::connections::Connections;
use super::inbox_handle::{InboxHandle, InboxNotice};
use super::listener::{Listener, Noted};
use super::members_elsewhere::MembersElsewhere;
use super::people_elsewhere::PeopleElsewhere;
use super::revocations_applied::Applied;
use super::room_handle::{Request, RoomFacts, RoomHandle};
use crate::base::Base;
use crate::bus::News;
use crate::db::{Db, DbError, Store};
use crate::limits::{Shares, SharesState};
use crate::model::{ConversationRecord, VisitorRecord};
use crate::org_settings::OrgSettings;
use crate::wire::{Frame, SessionView, UserSessionUpdate, event};

/// The live part of one process.
#[derive(Debug)]
pub struct Hub {
    pub(super) base: Base,
    pub(super) org_settings: OrgSettings,
    pub(super) rooms: DashMap<ConversationId, RoomHandle>,
    pub(super) inboxes: DashMap<OrgId, InboxHandle>,
    pub(super) connections: Connections,
    pub(super) is_draining: AtomicBool,
    /// What other nodes have changed and an inbox here has to read.
    pub(super) changed_elsewhere: ChangedElsewhere,
    /// Who is in which conversation at other nodes.
    pub(super) members_elsewhere: MembersElsewhere,
    /// Agents at other nodes.
    pub(super) people_elsewhere: PeopleElsewhere,
    /// Acts of bulk requests that run at once, and each org's share of them.
    pub(super) bulk_places: Shares<OrgId>,
    /// The revocations that were applied; `None` before the first look.
    pub(super) revocations_applied: tokio::sync::Mutex<Option<Applied>>,
    listeners: OnceLock<Vec<Arc<dyn Listener>>>,
}

impl Hub {
    /// A hub with nobody in it.
    #[must_use]
    pub fn new(base: Base, org_settings: OrgSettings) -> Arc<Self> {
        let settings = &base.settings;
        let bulk_places = Shares::new(settings.bulk_acts_at_once_max, settings.bulk_acts_at_once_per_org_max);
        Arc::new(Self {
            base,
            bulk_places,
            org_settings,
            rooms: DashMap::new(),
            inboxes: DashMap::new(),
            connections: Connections::default(),
            is_draining: AtomicBool::new(false),
            changed_elsewhere: ChangedElsewhere::default(),
            members_elsewhere: MembersElsewhere::default(),
            people_elsewhere: PeopleElsewhere::default(),
            revocations_applied: tokio::sync::Mutex::default(),
            listeners: OnceLock::new(),
        })
    }

    /// What every service stands on.
    #[must_use]
    pub fn base(&self) -> &Base {
        &self.base
    }

    /// The writer of entries.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.base.store
    }

    /// The database.
    #[must_use]
    pub fn db(&self) -> &Db {
        self.base.store.db()
    }

    /// How many connections there are.
    #[must_use]
    pub fn connection_count(&self) -> usize {
        self.connections.count()
    }

    /// How the places for acts in many conversations are taken.
    #[must_use]
    pub fn bulk_places(&self) -> SharesState<OrgId> {
        self.bulk_places.state()
    }

    /// How many conversations are in memory.
    #[must_use]
    pub fn room_count(&self) -> usize {
        self.rooms.len()
    }

    /// Whether the server is going down.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        self.is_draining.load(Ordering::Relaxed)
    }

    pub(super) fn live_room(&self, id: ConversationId) -> Option<RoomHandle> {
        self.rooms.get(&id).map(|handle| handle.clone())
    }

    pub(super) fn live_inbox(&self, org: OrgId) -> Option<InboxHandle> {
        self.inboxes.get(&org).map(|inbox| inbox.clone())
    }

    pub(super) fn forget_room(&self, handle: &RoomHandle) {
        self.rooms.remove_if(&handle.facts.id, |_, known| known.requests.same_channel(&handle.requests));
    }

    /// Makes what was learnt of a visitor show in their open conversation, which it gives, and in the org's inbox; so too
    /// for who was merged into them, who is shown under their name.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn visitor_changed(
        self: &Arc<Self>,
        visitor: VisitorRecord,
    ) -> Result<Option<ConversationRecord>, DbError> {
        let (org, id, is_main) = (visitor.org, visitor.id, visitor.merged_into.is_none());
        self.bus().tell(|| News::Visitor { visitor: id });
        let open = self.show_visitor(visitor, "visitor").await?;
        if is_main {
            let visitors = self.db().visitors();
            for merged in visitors.person(org, id).await?.into_iter().skip(1) {
                if let Some(record) = visitors.get(org, merged).await? {
                    self.show_visitor(record, "visitor").await?;
                }
            }
        }
        Ok(open)
    }

    /// Makes it show that a visitor was merged into another, or is no longer, as [`Hub::visitor_changed`] does.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn visitor_merged(self: &Arc<Self>, visitor: VisitorRecord) -> Result<(), DbError> {
        self.show_visitor(visitor, "merged").await.map(drop)
    }

    async fn show_visitor(
        self: &Arc<Self>,
        visitor: VisitorRecord,
        reason: &'static str,
    ) -> Result<Option<ConversationRecord>, DbError> {
        let open = self.db().conversations().active_of(visitor.org, visitor.id).await?;
        let Some(record) = open else { return Ok(None) };
        let is_shown = match self.live_room(record.id) {
            Some(room) => room.send(Request::SetVisitor(Box::new(visitor), reason)).await.is_ok(),
            None => false,
        };
        if !is_shown {
            self.notify_of_record(&record, reason);
        }
        self.bus().tell(|| News::Changed { org: record.org, conversation: record.id, reason: reason.into() });
        Ok(Some(record))
    }

    /// Tells who hears of rooms that a member has blocked a visitor.
    pub fn visitor_blocked(&self, org: OrgId, visitor: UserId, by: &User) {
        for listener in self.listeners() {
            listener.visitor_blocked(org, visitor, by);
        }
    }

    /// Tells who hears of rooms that an org is suspended.
    pub fn org_suspended(&self, org: OrgId, by: &User) {
        for listener in self.listeners() {
            listener.org_suspended(org, by);
        }
    }

    /// Tells the org's inbox, and the visitor's connections, that a conversation has begun.
    pub fn conversation_begun(self: &Arc<Self>, record: &ConversationRecord) {
        let session = SessionView::from(record);
        let update = UserSessionUpdate { session, read: 0, reason: "created" };
        let frame = Frame::new(event::USER_SESSION, &update);
        self.send_to_user(record.visitor.id, &frame);
        self.notify_of_record(record, "created");
        self.bus().tell(|| News::Changed {
            org: record.org,
            conversation: record.id,
            reason: "created".into(),
        });
    }

    /// Sends a frame on every connection of a user, at whatever node.
    pub fn send_to_user(&self, user: UserId, frame: &Frame) {
        self.send_to_user_here(user, frame);
        self.bus().tell(|| News::ToUser { user, event: frame.event().into(), data: frame.data().to_owned() });
    }

    /// Sends a frame on every connection of a user in this process.
    pub(super) fn send_to_user_here(&self, user: UserId, frame: &Frame) {
        self.connections.for_each_of(user, |connection| {
            connection.outbox.push(frame.clone());
        });
    }

    /// Whether a user is connected: here, or, where they are an agent, to another node.
    #[must_use]
    pub fn is_connected(&self, user: UserId) -> bool {
        let mut is_connected = false;
        self.connections.for_each_of(user, |_| is_connected = true);
        is_connected || self.people_elsewhere.has(user)
    }

    /// Whether an agent looks at a conversation, here or at another node.
    #[must_use]
    pub fn is_focused(&self, agent: UserId, conversation: ConversationId) -> bool {
        let mut is_focused = false;
        self.connections
            .for_each_of(agent, |connection| is_focused |= connection.is_focused_on(conversation));
        is_focused || self.people_elsewhere.is_focused(agent, conversation)
    }

    /// Tells the org's inbox of a conversation as it is stored.
    pub(super) fn notify_of_record(&self, record: &ConversationRecord, reason: &'static str) {
        self.notify_inbox(record.org, record.id, || InboxNotice {
            facts: Arc::new(RoomFacts {
                id: record.id,
                org: record.org,
                channel: record.channel,
                visitor: record.visitor.id,
                epoch: record.epoch.clone(),
                previous: record.previous,
            }),
            visitor: Box::new(record.visitor.clone()),
            head: record.head.clone(),
            created_at: record.created_at,
            reason,
        });
    }

    /// Hands a change to the org's inbox, where somebody watches it.
    pub(super) fn notify_inbox(&self, org: OrgId, id: ConversationId, notice: impl FnOnce() -> InboxNotice) {
        if let Some(inbox) = self.inboxes.get(&org) {
            inbox.notify(id, notice);
        }
    }

    /// Hands who types in a conversation to the org's inbox.
    pub(super) fn notify_typing(&self, org: OrgId, id: ConversationId, users: Vec<User>) {
        if let Some(inbox) = self.inboxes.get(&org) {
            inbox.notify_typing(id, users);
        }
    }

    /// Sends a frame to every agent of an org who is here.
    pub async fn notify_agents(&self, org: OrgId, frame: Frame) {
        // Without an inbox task no agent has connected yet.
        self.tell_agents_elsewhere(org, &frame);
        if let Some(inbox) = self.live_inbox(org) {
            inbox.notify_agents(frame).await;
        }
    }

    /// Lets a connection in.
    pub(super) fn admit(&self, connection: &Arc<Connection>) {
        let settings = &self.base.settings;
        let most = match connection.principal.is_visitor() {
            _ if !settings.limits => usize::MAX,
            true => settings.visitor_connections_max,
            false => settings.agent_connections_max,
        };
        self.connections.add(connection.clone(), most);
    }

    /// Sets who hears of what is committed in live rooms; only the first call counts.
    pub fn listen(&self, listeners: Vec<Arc<dyn Listener>>) {
        // A second call would be a mistake in wiring, which the tests of the app show.
        let _first_counts = self.listeners.set(listeners);
    }

    pub(super) fn notify_listener(&self, facts: &Arc<RoomFacts>, head: &Head, entry: Entry) {
        let noted = Noted { facts: facts.clone(), head: Arc::new(head.clone()), entry: Arc::new(entry) };
        self.listeners().iter().for_each(|listener| listener.noted(noted.clone()));
    }

    pub(super) fn listeners(&self) -> &[Arc<dyn Listener>] {
        self.listeners.get().map_or(&[], Vec::as_slice)
    }
}
