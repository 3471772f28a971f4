//! What becomes of visitors' data: it is exported, erased on demand, and removed when its time is over.
//!
//! Everything is removed in small steps by jobs that are safe to repeat: what a stopped server has not finished stands in
//! the database, and is taken up by the next. Sums of usage stay, without what leads to a person.

mod archive;
mod erasing;
mod export;
mod removal;
mod retention;
mod service;

pub use export::Export;
pub use service::{Privacy, PrivacyParts};
