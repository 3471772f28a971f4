//! The hub: finds or loads rooms and inboxes, and knows every connection.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use dashmap::DashMap;
use futures_util::future::BoxFuture;
use rooms::{ChannelId, ConversationId, HandoffWords, OrgId, PresenceRules, Room, Rules, Timestamp, UserId};
use tokio::sync::mpsc;
use tokio_util::task::TaskTracker;

use super::connections::Connections;
use super::fanout::Fanout;
use super::inbox::{self, InboxHandle, InboxNotice};
use super::replies::Listener;
use super::room_handle::{Request, RoomFacts, RoomGone, RoomHandle, WAITING_REQUESTS_MAX};
use super::room_task::RoomTask;
use super::{Connection, OutboxLimits};
use crate::base::Base;
use crate::config::Settings;
use crate::db::{Db, DbError, Store};
use crate::ids;
use crate::limits::Limits;
use crate::model::{ChannelRecord, ConversationRecord, VisitorRecord};
use crate::org_settings::{Change, Level, OrgSettings, SettingsListener};
use crate::refusal::{ServiceError, log_unanswered};
use crate::wire::Frame;

/// How often a room that ended just then is looked up again.
const LOOKUPS_MAX: usize = 5;
/// Settings of orgs that are part of the rules of a room.
const RULES_FIELDS: [&str; 1] = ["handoff_words"];

/// The live part of one process.
#[derive(Debug)]
pub struct Hub {
    pub(super) base: Base,
    org_settings: OrgSettings,
    pub(super) rooms: DashMap<ConversationId, RoomHandle>,
    inboxes: DashMap<OrgId, InboxHandle>,
    pub(super) connections: Connections,
    is_draining: AtomicBool,
    /// The newest revocation that was applied; `None` before the first look.
    pub(super) revoked_until: tokio::sync::Mutex<Option<i64>>,
    listeners: OnceLock<Vec<Arc<dyn Listener>>>,
}

impl Hub {
    /// A hub with nobody in it.
    #[must_use]
    pub fn new(base: Base, org_settings: OrgSettings) -> Arc<Self> {
        Arc::new(Self {
            base,
            org_settings,
            rooms: DashMap::new(),
            inboxes: DashMap::new(),
            connections: Connections::default(),
            is_draining: AtomicBool::new(false),
            revoked_until: tokio::sync::Mutex::default(),
            listeners: OnceLock::new(),
        })
    }

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.base.settings
    }

    /// Limits by count and time.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.base.limits
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

    /// The time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.base.now()
    }

    /// Where tasks are started.
    #[must_use]
    pub fn tasks(&self) -> &TaskTracker {
        &self.base.tasks
    }

    /// Whether the server is going down.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        self.is_draining.load(Ordering::Relaxed)
    }

    pub(super) fn set_draining(&self) {
        self.is_draining.store(true, Ordering::Relaxed);
    }

    /// The bounds of a connection's outbound queue.
    #[must_use]
    pub fn outbox_limits(&self) -> OutboxLimits {
        OutboxLimits {
            max_bytes: self.settings().outbound_queue_max_bytes,
            max_frames: self.settings().outbound_queue_max_frames,
        }
    }

    /// What a channel says about its conversations.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn rules_of(&self, channel: &ChannelRecord) -> Result<Rules, DbError> {
        let of_org = self.org_settings.effective(channel.org, None).await?;
        let words = [&channel.handoff_words, &of_org.handoff_words]
            .into_iter()
            .find(|words| !words.is_empty())
            .map_or_else(HandoffWords::default, |words| HandoffWords::new(words.iter().map(String::as_str)));
        Ok(Rules {
            has_assistant: channel.has_assistant,
            handoff_enabled: channel.handoff_enabled,
            handoff_words: Arc::new(words),
            typing_lapse_ms: i64::try_from(self.settings().typing_lapse_ms).unwrap_or(i64::MAX),
            presence: PresenceRules {
                grace_ms: i64::try_from(self.settings().presence_grace_ms).unwrap_or(i64::MAX),
            },
        })
    }

    /// The longest message of a channel's visitors, in Unicode code points.
    #[must_use]
    pub fn visitor_message_max_chars(&self, channel: &ChannelRecord) -> usize {
        match usize::try_from(channel.visitor_message_max_chars) {
            Ok(own) if own != 0 => own,
            _ => self.settings().visitor_message_max_chars,
        }
    }

    /// Asks the room of a conversation, loading it first where it is not live.
    pub(super) async fn with_room<T, F>(
        self: &Arc<Self>,
        org: OrgId,
        id: ConversationId,
        mut ask: impl FnMut(RoomHandle) -> F,
    ) -> Result<T, ServiceError>
    where
        F: Future<Output = Result<T, RoomGone>>,
    {
        for _ in 0..LOOKUPS_MAX {
            let handle = self.room(org, id).await?;
            if let Ok(answer) = ask(handle).await {
                return Ok(answer);
            }
        }
        Err(ServiceError::try_again())
    }

    /// The room of a conversation of an org.
    pub(super) async fn room(
        self: &Arc<Self>,
        org: OrgId,
        id: ConversationId,
    ) -> Result<RoomHandle, ServiceError> {
        if let Some(handle) = self.live_room(id) {
            return if handle.facts.org == org { Ok(handle) } else { Err(ServiceError::not_found()) };
        }
        let load = async {
            let Some(record) = self.db().conversations().get(org, id).await? else { return Ok(None) };
            let Some(channel) = self.db().channels().get(org, record.channel).await? else { return Ok(None) };
            let reads = self.db().entries().reads(org, id).await?;
            let rules = self.rules_of(&channel).await?;
            Ok::<_, DbError>(Some((record, channel, rules, reads)))
        };
        let Some((record, channel, rules, reads)) = load.await? else {
            return Err(ServiceError::not_found());
        };
        Ok(self.open_room(record, &channel, rules, reads))
    }

    pub(super) fn live_room(&self, id: ConversationId) -> Option<RoomHandle> {
        self.rooms.get(&id).map(|handle| handle.clone())
    }

    pub(super) fn open_room(
        self: &Arc<Self>,
        record: ConversationRecord,
        channel: &ChannelRecord,
        rules: Rules,
        reads: Vec<(UserId, rooms::UserKind, u64)>,
    ) -> RoomHandle {
        // Two may have loaded it at once; the first to be here opens it.
        self.rooms
            .entry(record.id)
            .or_insert_with(|| {
                let facts = Arc::new(RoomFacts {
                    id: record.id,
                    org: record.org,
                    channel: record.channel,
                    visitor: record.visitor.id,
                    epoch: record.epoch,
                });
                let (requests, waiting) = mpsc::channel(WAITING_REQUESTS_MAX);
                let visitor_message_max_chars = Arc::new(self.visitor_message_max_chars(channel).into());
                let handle = RoomHandle { facts: facts.clone(), requests, visitor_message_max_chars };
                let task = RoomTask {
                    hub: self.clone(),
                    facts,
                    visitor: Box::new(record.visitor),
                    created_at: record.created_at,
                    room: Room::new(record.head, rules, reads),
                    fanout: Fanout::new(self.outbox_limits()),
                    requests: waiting,
                    running: None,
                };
                self.tasks().spawn(task.run(handle.clone()));
                handle
            })
            .clone()
    }

    pub(super) fn forget_room(&self, handle: &RoomHandle) {
        self.rooms.remove_if(&handle.facts.id, |_, known| known.requests.same_channel(&handle.requests));
    }

    /// Makes a channel's new settings hold in its live rooms. Where storage fails, rooms go on with what they have.
    pub async fn channel_changed(&self, channel: &ChannelRecord) {
        let is_meant = |facts: &RoomFacts| facts.channel == channel.id && facts.org == channel.org;
        let live: Vec<RoomHandle> =
            self.rooms.iter().filter(|room| is_meant(&room.facts)).map(|room| room.clone()).collect();
        let max_chars = self.visitor_message_max_chars(channel);
        live.iter().for_each(|room| room.visitor_message_max_chars.store(max_chars, Ordering::Relaxed));
        match self.rules_of(channel).await {
            Ok(rules) => self.set_rules(live, &rules).await,
            Err(error) => {
                log_unanswered(&error, "the rules of a channel were not read; its live rooms keep theirs")
            }
        }
    }

    /// Makes changed handoff words hold in the live rooms of an org, or of all.
    async fn refresh_rules(&self, level: Level) -> Result<(), DbError> {
        let is_meant = |facts: &RoomFacts| match level {
            Level::Platform => true,
            Level::Org(org) => facts.org == org,
            Level::Channel(org, channel) => facts.org == org && facts.channel == channel,
        };
        let mut by_channel: HashMap<(OrgId, ChannelId), Vec<RoomHandle>> = HashMap::new();
        for room in self.rooms.iter().filter(|room| is_meant(&room.facts)) {
            by_channel.entry((room.facts.org, room.facts.channel)).or_default().push(room.clone());
        }
        for ((org, channel), live) in by_channel {
            if let Some(channel) = self.db().channels().get(org, channel).await? {
                let rules = self.rules_of(&channel).await?;
                self.set_rules(live, &rules).await;
            }
        }
        Ok(())
    }

    async fn set_rules(&self, live: Vec<RoomHandle>, rules: &Rules) {
        for room in live {
            // A room that has just ended loads the new rules when it is opened again.
            let _gone = room.send(Request::SetRules(rules.clone())).await;
        }
    }

    /// Makes what was learnt of a visitor show in their live conversation.
    pub async fn visitor_changed(&self, conversation: ConversationId, visitor: VisitorRecord) {
        if let Some(room) = self.live_room(conversation).filter(|room| room.facts.org == visitor.org) {
            // A room that has just ended loads the visitor when it is opened again.
            let _gone = room.send(Request::SetVisitor(Box::new(visitor))).await;
        }
    }

    /// Tells the org's inbox that a conversation has begun.
    pub fn conversation_begun(self: &Arc<Self>, record: &ConversationRecord) {
        self.tell_inbox(record.org, record.id, || InboxNotice {
            facts: Arc::new(RoomFacts {
                id: record.id,
                org: record.org,
                channel: record.channel,
                visitor: record.visitor.id,
                epoch: record.epoch.clone(),
            }),
            visitor: Box::new(record.visitor.clone()),
            head: record.head.clone(),
            created_at: record.created_at,
            reason: "created",
        });
    }

    /// Hands a change to the org's inbox, where somebody watches it.
    pub(super) fn tell_inbox(&self, org: OrgId, id: ConversationId, notice: impl FnOnce() -> InboxNotice) {
        if let Some(inbox) = self.inboxes.get(&org) {
            inbox.tell(id, notice);
        }
    }

    /// Sends a frame to every agent of an org who is here.
    pub async fn tell_agents(&self, org: OrgId, frame: Frame) {
        // Without an inbox no agent has come yet.
        let inbox = self.inboxes.get(&org).map(|inbox| inbox.clone());
        if let Some(inbox) = inbox {
            inbox.tell_agents(frame).await;
        }
    }

    /// The inbox of an org; its task is started on first use.
    pub(super) fn inbox(self: &Arc<Self>, org: OrgId) -> InboxHandle {
        self.inboxes.entry(org).or_insert_with(|| inbox::start(self.clone(), org)).clone()
    }

    /// Lets a connection in.
    pub(super) fn admit(&self, connection: &Arc<Connection>) {
        let settings = self.settings();
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

    pub(super) fn listeners(&self) -> &[Arc<dyn Listener>] {
        self.listeners.get().map_or(&[], Vec::as_slice)
    }

    /// A fresh id of 128 bits, ordered by time.
    #[must_use]
    pub fn fresh_id(&self) -> u128 {
        ids::new_uuid().as_u128()
    }
}

impl SettingsListener for Hub {
    fn changed<'a>(&'a self, level: Level, changes: &'a [Change]) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            if !changes.iter().any(|change| RULES_FIELDS.contains(&change.field.name)) {
                return;
            }
            if let Err(error) = self.refresh_rules(level).await {
                log_unanswered(&error, "the rules of live rooms were not read; they keep what they have");
            }
        })
    }
}
