//! What a conversation is: entries and their order, members, typing, presence, receipts,
//! who answers, and handoff. Pure decisions: no sockets, databases, clocks or JSON.
//!
//! Two types carry it. [`Head`] is the durable part of a conversation: the fold of its entries.
//! [`Room`] is the live copy of a head plus what is ephemeral (members, typing, presence).
//! [`Room::apply`] decides; what must be stored comes back as [`Effect::Commit`], and the store runs
//! [`Head::commit`] on its own copy, which assigns `seq` and refuses a decision made on stale facts.

mod command;
mod draft;
mod effect;
mod entry;
mod head;
mod ids;
mod presence;
mod reply;
mod room;
mod typing;
mod user;
mod words;

pub use command::{Command, Refusal, ReleaseTo};
pub use draft::{Draft, DraftEntry, Fence, NewTicket, Stale};
pub use effect::{Announcement, Audience, Effect, Recipients};
pub use entry::{Attachment, Body, ClosedBy, Content, Entry, Event, Interruption, Role};
pub use head::{Handoff, Head, Insight, LastMessage, LiveCall, Priority, Responder, Status};
pub use ids::{
    AttachmentId, CallId, ChannelId, ConnectionId, ConversationId, EntryId, OrgId, ParseIdError, TicketId,
    UserId,
};
pub use presence::PresenceRules;
pub use reply::{Failure, Reply, Stage};
pub use room::{Room, Rules};
pub use user::{User, UserKind};
pub use words::{HandoffWords, fold_words};

/// Milliseconds since the Unix epoch; always passed in, never read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The moment `ms` milliseconds later.
    #[must_use]
    pub fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }
}
