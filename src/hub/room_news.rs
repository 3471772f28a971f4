//! What other nodes tell of a conversation, and what its room knows of them.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use rooms::{ConnectionId, EntryId, SupervisorAct, Timestamp, User, UserId};

use crate::bus::ReplyNews;
use crate::model::NodeId;

/// What other nodes tell of a conversation.
#[derive(Debug)]
pub(super) enum Elsewhere {
    /// It may have changed in storage; the inbox is told why, where it has.
    Changed {
        /// As [`super::room_handle::Request::Retagged`].
        reason: &'static str,
    },
    /// How it stands in storage.
    Stored { last_seq: u64, updated_at: Timestamp },
    /// Somebody has read up to here.
    Read { user: User, seq: u64 },
    /// Somebody types, or types no more.
    Typing { user: User, is_typing: bool, preview: Option<Arc<str>> },
    /// These people are in it at a node; nobody where the node is gone.
    Members { node: NodeId, users: Vec<User> },
    /// A node asks what is to be known of this room here.
    WhoIsIn,
    /// Of a reply that a node writes.
    Reply { node: NodeId, id: EntryId, news: ReplyNews },
    /// An agent at another node decides on the reply that is written here.
    Supervise { by: User, reply: EntryId, act: SupervisorAct },
    /// A node is gone, and with it who was there and what it wrote.
    Gone { node: NodeId },
}

/// What a room knows of other nodes, and what it has told them.
#[derive(Debug, Default)]
pub(super) struct Others {
    /// People at other nodes, each as a connection of their own.
    pub(super) members: HashMap<(NodeId, UserId), ConnectionId>,
    /// Which node writes the reply that is shown.
    pub(super) writer: Option<NodeId>,
    /// Who is here, as it was told.
    pub(super) told: Option<Vec<UserId>>,
    /// Whether somebody has come or gone since.
    pub(super) is_untold: bool,
    /// The running reply, as it was told.
    pub(super) told_reply: Option<EntryId>,
    /// The reply that was written here last.
    pub(super) wrote_last: Option<EntryId>,
    /// Whether somebody has asked it to read what is stored; see [`super::room_handle::RoomHandle::refresh`].
    pub(super) is_refreshing: Arc<AtomicBool>,
}
