//! Storage: SQLite by default, PostgreSQL by URL, one query text for both.
//!
//! The database decides order and ownership. Entries are written by one writer that commits what arrived
//! meanwhile together ([`Store`]); everything else is a short transaction of its own. Ids are text, moments
//! are milliseconds, and every query on org data names the org. sqlx is named here and nowhere else.

mod accounts;
mod agent_views;
mod attachments;
mod batch;
mod briefs;
mod calls;
mod channels;
mod conversation_row;
mod conversations;
mod credentials;
mod deliveries;
mod entries;
mod entry_row;
mod error;
mod happened;
mod health;
mod idempotency;
mod inspect;
mod knowledge_chunks;
mod knowledge_ids;
mod knowledge_jobs;
mod knowledge_pairs;
mod knowledge_sources;
mod knowledge_unanswered;
mod lock;
mod mails;
mod mark;
mod meta;
mod migrate;
mod open;
mod org_settings;
mod outgoing;
mod providers;
mod queue;
mod replies;
mod revocations;
mod secrets;
mod store;
mod submissions;
mod tickets;
mod tool_runs;
mod tools;
mod usage;
mod visitors;
mod waiting;
mod webhooks;

pub use accounts::{MemberRecord, NewMember, OrgRecord, Role};
pub use agent_views::{conversation_view, visitor_view};
pub use attachments::{AttachmentRecord, FileQuota, QuotaPassed, UNSENT_KEPT_MS, UNSENT_USABLE_MS};
pub use briefs::{OwedBrief, TicketBrief};
pub use calls::{CallEnd, CallRecord, CallTrail, RecordedCall};
pub use channels::{ChannelChange, ChannelRecord, NewChannel};
pub(crate) use channels::{identity_secret_field, issuer_secret_field};
pub use conversation_row::ConversationRecord;
pub use conversations::{ConversationFilter, Cursor, NewConversation, next_cursor};
pub use credentials::{AgentSession, ApiToken, OneTimeKind, OneTimeToken};
pub use deliveries::{Busy, DeliveryFilter, DeliveryOutcome, DeliveryRecord, HappenedEvent};
pub use entries::EntryRange;
pub use error::DbError;
pub use happened::EventKind;
pub use health::Unwell;
pub use idempotency::{Forget, Kept, Replay};
pub use inspect::{CallSetting, CallSetup, Inspection};
pub use knowledge_chunks::{ChunkRecord, NewChunk, Scope, VectorRecord};
pub use knowledge_ids::{PairId, PassageId, SourceId, UnansweredId};
pub use knowledge_jobs::{Indexed, KeepOutcome, SourceLane};
pub use knowledge_pairs::{PairPassage, PairRecord, PairWrite};
pub use knowledge_sources::{NewSource, SourceChange, SourceKind, SourceRecord, SourceState};
pub use knowledge_unanswered::{AskedQuestion, UnansweredRecord};
pub use lock::ServeLock;
pub use mails::{HandoffMails, MailRecord, NewMail};
pub use mark::{Found, Mark};
pub use meta::MASTER_KEY_CHECK;
pub use open::Db;
pub use org_settings::{SettingChange, SettingPlace};
pub use providers::{KeyChange, PLATFORM, ProviderRecord, provider_key_field};
pub use replies::Pending as PendingReply;
pub use revocations::Revocation;
pub use store::{CommitOutcome, Pending, ReadMark, Store};
pub use submissions::{SubmissionFilter, SubmissionRecord};
pub use tickets::{TicketFilter, TicketRecord};
pub use tool_runs::{ToolRun, ToolRunFilter};
pub use tools::{OrgTool, ToolRecord, tool_secret_field};
pub use usage::{PriceRow, UsageDay, UsageRow};
pub use visitors::{NewVisitor, VisitorChange, VisitorRecord};
pub use webhooks::{WebhookRecord, webhook_secret_field};

/// Runs one query on a pool that may be of either engine; the body is compiled once for each.
macro_rules! on_readers {
    ($db:expr, $pool:ident => $body:expr) => {
        match $db.backend() {
            $crate::db::open::Backend::Sqlite { readers, .. } => {
                let $pool = readers;
                $body
            }
            $crate::db::open::Backend::Postgres(pool) => {
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
            $crate::db::open::Tx::Sqlite(tx) => {
                let $connection = &mut **tx;
                $body
            }
            $crate::db::open::Tx::Postgres(tx) => {
                let $connection = &mut **tx;
                $body
            }
        }
    };
}

pub(crate) use {on_readers, on_tx};
