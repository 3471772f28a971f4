//! Whole databases for backups: one consistent view to be copied, and an empty place to be filled from a copy.

mod named_files;
mod postgres_restore;
mod postgres_tables;
mod snapshot;
mod sqlite_restore;

pub use named_files::NamedFile;
pub use postgres_restore::PostgresRestore;
pub use postgres_tables::TableColumns;
pub use snapshot::{DATABASE_FILE, RowCounts, Snapshot, SnapshotFacts, SnapshotPiece};
pub use sqlite_restore::SqliteRestore;
