//! The audit log: rows chained by hash, written with what they tell of, and removed from the old end only.

pub(in crate::db) mod append;
mod chain;
mod list;
mod trim;
mod verify;

pub use list::Audit;
