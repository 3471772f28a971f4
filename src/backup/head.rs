//! The first part of an archive: what it is of.

use serde::{Deserialize, Serialize};

use crate::db::TableColumns;

/// The format that this release writes and reads.
pub(super) const FORMAT: u32 = 1;
/// No head is longer: a hundred tables with their columns.
pub(super) const HEAD_MAX_BYTES: u64 = 256 * 1024;

/// What an archive is of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The format of the archive.
    pub format: u32,
    /// The release of Switchboard that wrote it.
    pub release: String,
    /// `sqlite` or `postgres`.
    pub engine: String,
    /// The newest migration of the database.
    pub schema: i64,
    /// When the snapshot was taken, in milliseconds since 1970.
    pub taken_at: i64,
    /// Which installation it is of.
    pub installation: Option<String>,
    /// The ids of the master keys that its secrets are sealed with. Not the keys.
    pub master_keys: Vec<String>,
    /// How many conversations it has.
    pub conversation_count: i64,
    /// How many entries they have.
    pub entry_count: i64,
    /// The tables of a PostgreSQL database, in the order of the archive.
    pub tables: Vec<TableColumns>,
}
