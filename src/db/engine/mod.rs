//! The engines below: opening, migrating and locking a database, how it fails, and whether it is well.

mod error;
mod facts;
mod health;
mod inspect;
mod lock;
mod mark;
mod migrate;
pub(super) mod open;

pub use error::DbError;
pub use facts::MASTER_KEY_CHECK;
pub use health::Unwell;
pub use inspect::{CallSetting, CallSetup, Inspection};
pub use lock::ServeLock;
pub use mark::{Found, Mark};
pub use open::Db;
