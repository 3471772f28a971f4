//! Storage: SQLite by default, PostgreSQL by URL, one query text for both.
//!
//! The database decides order and ownership. Entries are written by one writer that commits what arrived
//! meanwhile together ([`Store`]); everything else is a short transaction of its own. Ids are text, moments
//! are milliseconds, and every query on org data names the org. sqlx is named here and nowhere else.

mod agent_views;
mod calls;
mod delivery;
mod engine;
mod idempotency;
mod knowledge;
mod log;
mod people;
mod providers;
mod requests;
mod secrets;
mod settings;
mod tools;
mod usage;

pub use agent_views::{conversation_view, visitor_view};
pub use calls::{CallEnd, CallRecord, CallTrail, RecordedCall};
pub use delivery::{
    Busy, DeliveryFilter, DeliveryOutcome, DeliveryRecord, EventKind, HandoffMails, HappenedEvent,
    MailRecord, NewMail, WebhookRecord, webhook_secret_field,
};
pub use engine::{
    CallSetting, CallSetup, Db, DbError, Found, Inspection, MASTER_KEY_CHECK, Mark, ServeLock, Unwell,
};
pub use idempotency::{Forget, Kept, Replay};
pub use knowledge::{
    AskedQuestion, ChunkRecord, Indexed, KeepOutcome, NewChunk, NewSource, PairId, PairPassage, PairRecord,
    PairWrite, PassageId, Scope, SourceChange, SourceId, SourceKind, SourceLane, SourceRecord, SourceState,
    UnansweredId, UnansweredRecord, VectorRecord,
};
pub use log::{
    AttachmentRecord, CommitOutcome, ConversationFilter, ConversationRecord, Cursor, EntryRange, FileQuota,
    NewConversation, Pending, PendingReply, QuotaPassed, ReadMark, Store, UNSENT_KEPT_MS, UNSENT_USABLE_MS,
    next_cursor,
};
pub use people::{
    AgentSession, ApiToken, ChannelChange, ChannelRecord, MemberRecord, NewChannel, NewMember, NewVisitor,
    OneTimeKind, OneTimeToken, OrgRecord, Revocation, Role, VisitorChange, VisitorRecord,
};
pub(crate) use people::{identity_secret_field, issuer_secret_field};
pub use providers::{KeyChange, PLATFORM, ProviderRecord, provider_key_field};
pub use requests::{OwedBrief, SubmissionFilter, SubmissionRecord, TicketBrief, TicketFilter, TicketRecord};
pub use settings::{SettingChange, SettingPlace};
pub use tools::{OrgTool, ToolRecord, ToolRun, ToolRunFilter, tool_secret_field};
pub use usage::{PriceRow, UsageDay, UsageRow};

/// Runs one query on a pool that may be of either engine; the body is compiled once for each.
macro_rules! on_readers {
    ($db:expr, $pool:ident => $body:expr) => {
        match $db.backend() {
            $crate::db::engine::open::Backend::Sqlite { readers, .. } => {
                let $pool = readers;
                $body
            }
            $crate::db::engine::open::Backend::Postgres(pool) => {
                let $pool = pool;
                $body
            }
        }
    };
}

/// Runs one query inside a transaction of either engine.
macro_rules! on_tx {
    ($tx:expr, $connection:ident => $body:expr) => {
        match $tx {
            $crate::db::engine::open::Tx::Sqlite(tx) => {
                let $connection = &mut **tx;
                $body
            }
            $crate::db::engine::open::Tx::Postgres(tx) => {
                let $connection = &mut **tx;
                $body
            }
        }
    };
}

pub(crate) use {on_readers, on_tx};
