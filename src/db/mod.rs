//! Storage: SQLite by default, PostgreSQL by URL, one query text for both.
//!
//! The database decides order and ownership. Entries are written by one writer that commits what arrived
//! meanwhile together ([`Store`]); everything else is a short transaction of its own. Ids are text, moments
//! are milliseconds, and every query on org data names the org. sqlx is named here and nowhere else.

mod agent_views;
mod calls;
mod delivery;
mod engine;
mod handle;
mod handles;
mod idempotency;
mod knowledge;
mod log;
mod people;
mod prices;
mod providers;
mod requests;
mod secrets;
mod settings;
mod tools;
mod usage;

pub use agent_views::{conversation_view, visitor_view};
pub use calls::{CallEnd, CallRecord, CallTrail, Calls, RecordedCall};
pub use delivery::{
    Busy, Deliveries, DeliveryFilter, DeliveryOutcome, DeliveryRecord, EventKind, HandoffMails,
    HappenedEvent, MailRecord, Mails, NewMail, WebhookRecord, Webhooks, webhook_secret_field,
};
pub use engine::{
    CallSetting, CallSetup, Db, DbError, Facts, Found, Inspection, MASTER_KEY_CHECK, Mark, ServeLock, Unwell,
};
pub use idempotency::{Forget, Idempotency, Kept, Replay};
pub use knowledge::{
    AskedQuestion, ChunkRecord, Chunks, Indexed, Indexing, KeepOutcome, Knowledge, NewChunk, NewSource,
    PairId, PairPassage, PairRecord, PairWrite, Pairs, PassageId, Scope, SourceChange, SourceId, SourceKind,
    SourceLane, SourceRecord, SourceState, Sources, Unanswered, UnansweredId, UnansweredRecord, VectorRecord,
};
pub use log::{
    AttachmentRecord, Attachments, CommitOutcome, ConversationFilter, ConversationRecord, Conversations,
    Cursor, Entries, EntryRange, FileQuota, NewConversation, Pending, PendingReply, QuotaPassed, ReadMark,
    Store, UNSENT_KEPT_MS, UNSENT_USABLE_MS, next_cursor,
};
pub use people::{
    AgentSession, ApiToken, ChannelChange, ChannelRecord, Channels, Credentials, MemberRecord, Members,
    NewChannel, NewMember, NewVisitor, OneTimeKind, OneTimeToken, OrgRecord, Orgs, Revocation, Revocations,
    Role, VisitorChange, VisitorRecord, Visitors,
};
pub(crate) use people::{identity_secret_field, issuer_secret_field};
pub use prices::{PriceRow, Prices};
pub use providers::{KeyChange, PLATFORM, ProviderRecord, Providers, provider_key_field};
pub use requests::{
    OwedBrief, SubmissionFilter, SubmissionRecord, Submissions, TicketBrief, TicketFilter, TicketRecord,
    Tickets,
};
pub use settings::{SettingChange, SettingPlace, Settings};
pub use tools::{OrgTool, ToolRecord, ToolRun, ToolRunFilter, ToolRuns, Tools, tool_secret_field};
pub use usage::{Usage, UsageDay, UsageRow};

pub(crate) use engine::{on_readers, on_tx};
use handle::handle;
pub use secrets::Secrets;
