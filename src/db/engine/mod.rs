//! The engines below: opening, migrating and locking a database, how it fails, and whether it is well.

pub(super) mod database;
mod either;
pub(super) mod epochs;
mod error;
mod facts;
mod health;
mod inspect;
mod lock;
mod mark;
pub(super) mod migrate;
pub(super) mod open;
mod probe;
mod restoring;
pub(super) mod row;
mod sqlite_writer;

pub use database::Db;
pub(crate) use either::{on_readers, on_tx};
pub use error::DbError;
pub(in crate::db) use facts::INSTALLATION;
pub use facts::{Facts, MASTER_KEY_CHECK};
pub use inspect::Inspection;
pub use lock::{ServeLock, ServeMode};
pub use mark::{Found, Mark};
pub use migrate::newest as newest_schema;
pub use restoring::RestoreMarker;
pub(in crate::db) use row::record;
