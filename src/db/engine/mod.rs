//! The engines below: opening, migrating and locking a database, how it fails, and whether it is well.

pub(super) mod database;
mod either;
mod error;
mod facts;
mod health;
mod inspect;
mod lock;
mod mark;
mod migrate;
pub(super) mod open;
mod probe;
pub(super) mod row;
mod sqlite_writer;

pub use database::Db;
pub(crate) use either::{on_readers, on_tx};
pub use error::DbError;
pub use facts::{Facts, MASTER_KEY_CHECK};
pub use inspect::Inspection;
pub use lock::ServeLock;
pub use mark::{Found, Mark};
pub(in crate::db) use row::record;
