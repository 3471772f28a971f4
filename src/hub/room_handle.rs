//! How the rest of the hub talks to a room task.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use rooms::{
    Audience, ChannelId, Command, ConnectionId, ConversationId, Entry, EntryId, Head, OrgId, Rules, User,
    UserId,
};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::Connection;
use super::recent::Remembered;
use super::room_news::Elsewhere;
use crate::model::VisitorRecord;
use crate::refusal::ServiceError;
use crate::telemetry::trace::TraceContext;
use crate::wire::{Frame, UserView};

/// Capacity of a room's request queue; senders wait when it is full, and with them their connection.
pub(super) const WAITING_REQUESTS_MAX: usize = 256;

/// What never changes about a live conversation.
#[derive(Debug, Clone)]
pub struct RoomFacts {
    /// Its id.
    pub id: ConversationId,
    /// Its org.
    pub org: OrgId,
    /// Its channel.
    pub channel: ChannelId,
    /// Whose it is.
    pub visitor: UserId,
    /// Its epoch.
    pub epoch: Arc<str>,
    /// The conversation it continues.
    pub previous: Option<ConversationId>,
}

/// What became of a command.
#[derive(Debug, Clone)]
pub struct Acted {
    /// The state after it.
    pub head: Arc<Head>,
    /// The entry that was written, where it wrote words or a rating.
    pub entry: Option<Arc<Entry>>,
    /// Whether that entry had been written before.
    pub is_duplicate: bool,
    /// The entry as it was sent to its readers, where it was.
    pub(super) sent: Option<EntryFrames>,
}

/// `message:new` of one entry as each audience was sent it; none for an audience without a reader.
#[derive(Debug, Clone, Default)]
pub(super) struct EntryFrames {
    pub(super) for_visitors: Option<Frame>,
    pub(super) for_agents: Option<Frame>,
}

impl EntryFrames {
    pub(super) fn for_audience(self, audience: Audience) -> Option<Frame> {
        match audience {
            Audience::Visitors => self.for_visitors,
            Audience::Agents => self.for_agents,
        }
    }
}

/// What somebody who joins gets, as of one moment; what happens after it is held back for them.
#[derive(Debug)]
pub(super) struct JoinSnapshot {
    pub(super) head: Arc<Head>,
    pub(super) last_seq: u64,
    pub(super) members: Vec<UserView>,
    pub(super) reads: Vec<(UserId, u64)>,
    /// The newest entries, as far as the room keeps them.
    pub(super) remembered: Remembered,
}

/// How a reply reaches the visitor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplyMedium {
    /// In writing, where a message waits for an answer.
    Written,
    /// Said in a call.
    Spoken,
}

/// A reply that the assistant may write now.
#[derive(Debug, Clone)]
pub struct ReplyBegun {
    /// The id its entry will have.
    pub id: EntryId,
    /// Whose conversation it is.
    pub visitor: UserId,
    /// The last visitor message that it answers.
    pub answers: u64,
    /// The state it answers in.
    pub head: Arc<Head>,
    /// Ends when the reply has ended or was overrun: whatever works for it must stop.
    pub overrun: CancellationToken,
}

pub(super) type ActReply = oneshot::Sender<Result<Acted, ServiceError>>;

/// Something a room task is asked. Boxed in the queue, so that an idle room's queue stays small.
#[derive(Debug)]
pub(super) enum Request {
    Act {
        command: Command,
        /// Who waits for what becomes of it, if anybody does.
        reply: Option<ActReply>,
        /// The connection that sends the answer, and with it what its room has queued for it.
        from: Option<ConnectionId>,
        /// Where in a trace it was asked.
        place: TraceContext,
    },
    Join {
        connection: Arc<Connection>,
        /// The position that the client resumes from.
        after: Option<u64>,
        reply: oneshot::Sender<JoinSnapshot>,
    },
    /// The history is out: give the connection what was held back.
    HistorySent {
        connection: ConnectionId,
    },
    Leave {
        connection: ConnectionId,
    },
    /// Nothing is heard of the connection any more, or something is again.
    Silence {
        connection: Arc<Connection>,
        is_silent: bool,
    },
    Retagged {
        /// What the inbox is told: `tagged` or `insight`.
        reason: &'static str,
        head: Box<Head>,
        reply: oneshot::Sender<Arc<Head>>,
    },
    /// A piece of a reply; nobody waits for it.
    WriteReply {
        id: EntryId,
        piece: Arc<str>,
    },
    /// The room's reply, should the assistant begin one; `None` where there is nothing to answer.
    BeginReply {
        id: EntryId,
        author: User,
        medium: ReplyMedium,
        reply: oneshot::Sender<Option<ReplyBegun>>,
    },
    /// Whether somebody is in the room.
    Has {
        user: UserId,
        reply: oneshot::Sender<bool>,
    },
    /// What other nodes tell.
    Elsewhere(Elsewhere),
    SetRules(Rules),
    SetVisitor(Box<VisitorRecord>, &'static str),
    /// The conversation is removed from storage: the room ends, whoever is in it.
    Remove,
}

/// The room has ended meanwhile; look it up again.
#[derive(Debug, Clone, Copy)]
pub(super) struct RoomGone;

/// Handle to a room task; cloning shares it.
#[derive(Debug, Clone)]
pub(super) struct RoomHandle {
    pub(super) facts: Arc<RoomFacts>,
    pub(super) requests: mpsc::Sender<Box<Request>>,
    /// The longest message of its visitor, in Unicode code points; it follows the channel's setting.
    pub(super) visitor_message_max_chars: Arc<AtomicUsize>,
    /// It is about to read what another node has changed.
    pub(super) waiting_refresh: Arc<AtomicBool>,
}

impl RoomHandle {
    pub(super) async fn send(&self, request: Request) -> Result<(), RoomGone> {
        self.requests.send(Box::new(request)).await.map_err(|_| RoomGone)
    }

    /// Has the room read what another node has changed; while it has not yet, once is enough.
    pub(super) async fn refresh(&self, reason: &'static str) {
        if !self.waiting_refresh.swap(true, Ordering::AcqRel) {
            // A room that ends reads storage when it is opened again.
            let _gone = self.send(Request::Elsewhere(Elsewhere::Changed { reason })).await;
        }
    }

    /// Asks and waits for the answer.
    pub(super) async fn ask<T>(
        &self,
        request: impl FnOnce(oneshot::Sender<T>) -> Request,
    ) -> Result<T, RoomGone> {
        let (reply, answer) = oneshot::channel();
        self.send(request(reply)).await?;
        answer.await.map_err(|_| RoomGone)
    }
}

/// Frames that a connection is owed once its history is out.
#[derive(Debug, Default)]
pub(super) struct Held {
    pub(super) frames: Vec<Frame>,
    pub(super) byte_count: usize,
}
