//! Finds rooms and inboxes, and opens those that are not live.

use std::sync::Arc;

use rooms::{Audience, ConversationId, OrgId, Room, Rules, UserId};
use tokio::sync::mpsc;

use super::OutboxLimits;
use super::fanout::Fanout;
use super::inbox;
use super::inbox_handle::InboxHandle;
use super::recent::Recent;
use super::registry::Hub;
use super::room_handle::{RoomFacts, RoomGone, RoomHandle, WAITING_REQUESTS_MAX};
use super::room_news::Others;
use super::room_task::RoomTask;
use super::signs::ShownTyping;
use crate::bus::News;
use crate::db::DbError;
use crate::model::{ChannelRecord, ConversationRecord, EntryRange};
use crate::refusal::ServiceError;

/// Maximum retries when a room ended during the lookup.
const LOOKUPS_MAX: usize = 5;

impl Hub {
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
            let Some(channel) = self.db().channels().known(org, record.channel).await? else {
                return Ok(None);
            };
            let reads = match record.head.last_seq {
                0 => Vec::new(),
                _ => self.db().entries().reads(org, id).await?,
            };
            let rules = self.rules_of(&channel).await?;
            let recent = self.recent_of(&record).await?;
            Ok::<_, DbError>(Some((record, channel, rules, reads, recent)))
        };
        let Some((record, channel, rules, reads, recent)) = load.await? else {
            return Err(ServiceError::not_found());
        };
        Ok(self.open_room(record, &channel, rules, reads, recent))
    }

    /// The newest entries of a conversation as it was read; nothing is read of one without entries.
    async fn recent_of(&self, record: &ConversationRecord) -> Result<Recent, DbError> {
        let settings = &self.base.settings;
        let (max_bytes, last_seq) = (settings.room_recent_bytes, record.head.last_seq);
        if last_seq == 0 {
            return Ok(Recent::new(max_bytes, 0, Vec::new(), (0, 0)));
        }
        let entries = self.db().entries();
        let limit = u64::from(settings.history_page_default);
        let range = EntryRange { after: 0, before: last_seq + 1, limit, newest: true };
        let newest = if max_bytes == 0 {
            Vec::new()
        } else {
            entries.list(record.org, record.id, Audience::Agents, range).await?
        };
        let first = match newest.first() {
            // The whole log was read, and says it itself.
            Some(entry) if entry.seq == 1 => (0, 0),
            _ => entries.first_seqs(record.org, record.id).await?,
        };
        Ok(Recent::new(max_bytes, last_seq, newest, first))
    }

    pub(super) fn open_room(
        self: &Arc<Self>,
        record: ConversationRecord,
        channel: &ChannelRecord,
        rules: Rules,
        reads: Vec<(UserId, rooms::UserKind, u64)>,
        recent: Recent,
    ) -> RoomHandle {
        // Two callers may have loaded it at once; the first opens it.
        self.rooms
            .entry(record.id)
            .or_insert_with(|| {
                let facts = Arc::new(RoomFacts {
                    id: record.id,
                    org: record.org,
                    channel: record.channel,
                    visitor: record.visitor.id,
                    epoch: record.epoch,
                    previous: record.previous,
                });
                let (requests, waiting) = mpsc::channel(WAITING_REQUESTS_MAX);
                let visitor_message_max_chars = Arc::new(self.visitor_message_max_chars(channel).into());
                let waiting_refresh = Arc::default();
                let handle =
                    RoomHandle { facts: facts.clone(), requests, visitor_message_max_chars, waiting_refresh };
                let task = RoomTask {
                    hub: self.clone(),
                    facts,
                    visitor: Box::new(record.visitor),
                    created_at: record.created_at,
                    room: Room::new(record.head, rules, reads),
                    fanout: Fanout::new(OutboxLimits::of(&self.base.settings)),
                    recent,
                    shown_typing: ShownTyping::default(),
                    requests: waiting,
                    running: None,
                    others: Others::default(),
                    retry_reply_at: rooms::Timestamp(0),
                };
                self.base.tasks.spawn(task.run(handle.clone()));
                handle
            })
            .clone()
    }

    /// Takes in that saved views of an org's inbox have changed, where somebody watches it.
    pub async fn views_changed(self: &Arc<Self>, org: OrgId) {
        self.bus().tell(|| News::Views { org });
        if let Some(inbox) = self.live_inbox(org) {
            inbox.views_changed().await;
        }
    }

    /// The inbox of an org; its task is started on first use.
    pub(super) fn inbox(self: &Arc<Self>, org: OrgId) -> InboxHandle {
        self.inboxes.entry(org).or_insert_with(|| inbox::start(self.clone(), org)).clone()
    }
}
