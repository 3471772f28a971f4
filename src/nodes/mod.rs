//! Membership and who does what once: the processes that serve one database, and what only one of them does at a time.
//!
//! A node's heartbeat is the lease of everything it has claimed: a claim stores the node's id and is void when that node is
//! dead. Whether it is, the database decides by its own clock ([`crate::db::Nodes`]). A process that serves alone has
//! every claim and asks nobody. Nothing here knows the bus, or what is claimed.

mod claims;
mod membership;

pub use claims::Claims;
pub use membership::{Beat, FORGOTTEN_AFTER_MS, Membership};
