//! Conversations and their logs: the one writer of entries, and what is read of them.

mod attachments;
mod batch;
mod conversation_row;
mod conversations;
mod entries;
mod entry_row;
mod pending;
mod rank;
mod store;
mod waiting;

pub use attachments::{
    AttachmentRecord, Attachments, FileQuota, QuotaPassed, UNSENT_KEPT_MS, UNSENT_USABLE_MS,
};
pub use conversation_row::ConversationRecord;
pub use conversations::{ConversationFilter, Conversations, Cursor, NewConversation, next_cursor};
pub use entries::{Entries, EntryRange};
pub use pending::Pending as PendingReply;
pub use store::{CommitOutcome, Pending, ReadMark, Store};
