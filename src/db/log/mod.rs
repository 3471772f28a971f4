//! Conversations and their logs: the one writer of entries, and what is read of them.

mod attachments;
mod batch;
mod conversation_row;
mod conversations;
mod count;
mod entries;
mod entry_row;
mod names;
mod pending;
mod rank;
mod store;
mod stored_attachment;
mod stored_event;
mod stored_head;
mod waiting;

pub use attachments::Attachments;
pub use conversations::{Conversations, next_cursor};
pub use entries::Entries;
pub use store::{Pending, Store};
