//! Effects of a command: what to do and which members to notify.

use std::sync::Arc;

use crate::{Draft, Entry, EntryId, Failure, Interruption, PendingNews, Stage, User, UserId, UserKind};

/// Who sees the same things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Audience {
    /// Visitors: no notes, no agents-only events, of the agents only the one who answers.
    Visitors,
    /// Agents and servers: everything.
    Agents,
}

impl Audience {
    /// The audience of a kind of user.
    #[must_use]
    pub fn of(kind: UserKind) -> Self {
        match kind {
            UserKind::Visitor => Self::Visitors,
            UserKind::Agent | UserKind::Assistant | UserKind::Server | UserKind::System => Self::Agents,
        }
    }
}

/// Which connections of a room are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recipients {
    /// Visitors' connections.
    pub visitors: bool,
    /// Agents' and servers' connections.
    pub agents: bool,
    /// Nobody hears of their own typing, reading and coming.
    pub except: Option<UserId>,
}

impl Recipients {
    pub(crate) const ALL: Self = Self { visitors: true, agents: true, except: None };
    pub(crate) const VISITORS: Self = Self { visitors: true, agents: false, except: None };
    pub(crate) const AGENTS: Self = Self { visitors: false, agents: true, except: None };

    /// Whether a connection of `user` is told.
    #[must_use]
    pub fn includes(&self, user: &User) -> bool {
        let audience_is_told = match Audience::of(user.kind) {
            Audience::Visitors => self.visitors,
            Audience::Agents => self.agents,
        };
        audience_is_told && self.except != Some(user.id)
    }
}

/// Something to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Announcement {
    /// A committed entry.
    Entry(Entry),
    /// Somebody types; the preview is for agents only.
    TypingStarted(User, Option<Arc<str>>),
    /// Somebody stopped typing.
    TypingStopped(User),
    /// Somebody has read up to and with this `seq`.
    Read(User, u64),
    /// Somebody came.
    Joined(User),
    /// Somebody went.
    Left(User),
    /// The state changed.
    Updated,
    /// The assistant works at a reply.
    Processing(EntryId, Stage),
    /// A piece of a reply, at this offset in Unicode code points.
    Delta(EntryId, u64, Arc<str>),
    /// A reply of which nothing was sent will not come.
    Cancelled(EntryId, Interruption),
    /// A reply is complete; what it used is for agents only.
    ReplyDone(EntryId, Option<Arc<str>>),
    /// The assistant failed at a reply.
    ReplyFailed(EntryId, Failure),
    /// How a supervised reply stands; for agents only.
    Pending(Box<PendingNews>),
}

/// What is to be done after a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Store this, then call [`Room::committed`].
    Commit(Draft),
    /// Remember how far a user has read.
    StoreRead {
        /// Who.
        user: User,
        /// Up to here.
        seq: u64,
    },
    /// Tell these connections this.
    Announce(Recipients, Announcement),
}
