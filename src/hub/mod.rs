//! The live part: connections, rooms, and each org's inbox.
//!
//! A room task owns one `rooms::Room`, carries its decisions to the store and tells its members; an inbox
//! task owns one org's counts and its agents' presence. Both edges drive the same [`Client`], so an event
//! means the same on either transport. Authorisation for everything live is decided here.

mod access;
mod act;
mod acting;
mod actor;
mod agents_elsewhere;
mod bulk;
#[cfg(test)]
mod burst_tests;
mod changed_elsewhere;
mod client;
mod command;
mod connection;
mod connections;
mod drive;
mod elsewhere;
mod entry_meaning;
mod fanout;
mod followed_acts;
mod footprint;
mod handing_over;
mod history;
mod in_flight;
mod inbox;
mod inbox_elsewhere;
mod inbox_handle;
mod inbox_index;
mod input_checks;
mod lifecycle;
mod listener;
mod members_elsewhere;
mod opening;
mod origin;
mod outbox;
mod outgoing;
mod people_elsewhere;
mod publishing;
mod rating;
#[cfg(test)]
mod rating_tests;
mod read;
mod recent;
mod registry;
mod removing;
mod reply;
mod reply_task;
mod reporting;
mod revocations_applied;
mod room_elsewhere;
mod room_handle;
mod room_news;
mod room_task;
mod rules;
mod signs;
mod snoozing;
mod supervision;
mod typing;
mod view_counts;
mod visitor_news;
mod visitors;

pub use actor::{Actor, Target};
pub use client::{Client, Greeting};
pub use command::{Command, NewMessage, ReplyStep};
pub use connection::{Connection, Transport};
pub use drive::{EventSource, Incoming, serve};
pub use footprint::Footprint;
pub use input_checks::ATTACHMENTS_MAX;
pub use lifecycle::unready_reason;
pub use listener::{Listener, Noted};
pub use outbox::{Outbox, OutboxLimits};
pub use outgoing::{AckBody, AckData, Closing, Flushed, Outgoing, Transmit};
pub use read::{EntryPage, Page};
pub use registry::Hub;
pub use room_handle::{Acted, ReplyBegun, ReplyMedium, RoomFacts};
pub use snoozing::snooze_time;
pub use visitors::{CONSENT_ATTRIBUTE, check_line, kept_page};
