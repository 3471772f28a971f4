//! Storage: SQLite by default, PostgreSQL by URL, one query text for both.
//!
//! The database decides order and ownership. Entries are written by one writer that commits what arrived
//! meanwhile together ([`Store`]); everything else is a short transaction of its own. Ids are text, moments
//! are milliseconds, and every query on org data names the org. sqlx is named here and nowhere else.

mod assistant_turns;
mod audit;
mod backup;
mod calls;
mod delivery;
mod desk;
mod engine;
mod handle;
mod handles;
mod id_pairs;
mod idempotency;
mod knowledge;
mod log;
mod node_claims;
mod nodes;
mod people;
#[cfg(test)]
mod plan_for_tests;
mod prices;
mod providers;
mod requests;
mod secrets;
mod security;
#[cfg(test)]
mod seed_for_tests;
mod settings;
mod tenancy;
mod tools;
mod usage;

pub use assistant_turns::AssistantTurns;
pub use audit::Audit;
pub use backup::{
    DATABASE_FILE, NamedFile, PostgresRestore, RowCounts, Snapshot, SnapshotFacts, SnapshotPiece,
    SqliteRestore, TableColumns,
};
pub use calls::Calls;
pub use delivery::{Deliveries, Mails, Recipients, Webhooks};
pub use desk::{
    CannedFiles, CannedReplies, Drafts, Follows, NotificationChoicesOf, Notifications, PushSubscriptions,
    ReadNotifications, Search, SearchIndex, Views, WindowOutcome,
};
use engine::record;
pub use engine::{
    Db, DbError, Facts, Found, Inspection, MASTER_KEY_CHECK, Mark, RestoreMarker, ServeLock, ServeMode,
    newest_schema,
};
pub(crate) use engine::{on_readers, on_tx};
use handle::handle;
pub use idempotency::Idempotency;
pub use knowledge::{Chunks, Indexing, Knowledge, Pairs, Sources, Unanswered};
pub use log::{Attachments, Conversations, Entries, Pending, Ratings, Store, next_cursor};
pub use node_claims::NodeClaims;
pub use nodes::Nodes;
pub(crate) use nodes::live_nodes;
pub use people::{
    ActingFor, Channels, Credentials, Ended, Erasures, MemberPictures, Members, Orgs, Revocations, Sessions,
    TwoStep, Visitors,
};
pub use prices::Prices;
pub use providers::Providers;
pub use requests::{Submissions, Tickets};
pub use secrets::Secrets;
pub use security::{AddressBlocks, BlockOutcome, SecurityEvents};
#[cfg(test)]
pub(crate) use seed_for_tests::Seed;
pub use settings::Settings;
pub use tenancy::{Export, ExportPart, Figures, Removal};
pub use tools::{ToolRuns, Tools};
pub use usage::Usage;
