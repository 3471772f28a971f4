//! Backups of a whole server in one file, and putting them back.
//!
//! The file is a tar archive that any `tar` lists. Its first part says what it is of, then come the pieces of the
//! database, then the files that the database names, and at last a manifest with the SHA-256 of every part. The reader
//! takes nothing but what the writer writes, byte for byte: other headers, names, orders and sizes are refused.
//! Neither the master key nor the mark of the database is ever in it.

mod create;
mod error;
mod head;
mod header;
mod ledger;
mod part;
mod reader;
mod restore;
mod swap;
mod workplace;
mod writer;

#[cfg(test)]
mod tests;

pub use create::{Backup, BackupOrder, create};
pub use error::BackupError;
pub use head::Head;
pub use restore::{Replace, RestoreOrder, Restored, restore};
