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
mod expected;
mod head;
mod ids;
mod insight;
mod masking;
mod mirrored;
mod pending_news;
mod presence;
mod rating;
mod reply;
mod role;
mod room;
mod supervision;
mod time;
mod typing;
mod user;
mod verdict;
mod words;

pub use command::{Command, Refusal, ReleaseTo, SupervisorAct};
pub use draft::{Draft, DraftEntry, Fence, NewTicket, Stale};
pub use effect::{Announcement, Audience, Effect, Recipients};
pub use entry::{Attachment, Body, ClosedBy, Content, Entry, Event, Interruption};
pub use expected::ExpectedAssignee;
pub use head::{Handoff, Head, LastMessage, LiveCall, Priority, Responder, Status};
pub use ids::{
    AttachmentId, CallId, ChannelId, ConnectionId, ConversationId, EntryId, OrgId, ParseIdError, TicketId,
    UserId, parse_hyphenated, write_hyphenated,
};
pub use insight::{Classification, Insight, UNDETERMINED};
pub use masking::{masked, masked_start};
pub use mirrored::Mirrored;
pub use pending_news::PendingNews;
pub use presence::PresenceRules;
pub use rating::{Rating, Score, Thumb};
pub use reply::{Failure, Reply, Stage};
pub use role::Role;
pub use room::{Room, Rules};
pub use supervision::{
    Approval, AtDeadline, OwnMode, PendingReply, ReplyMode, Settled, Supervision, Verdict,
};
pub use time::Timestamp;
pub use user::{User, UserKind};
pub use words::{HandoffWords, fold_words};
