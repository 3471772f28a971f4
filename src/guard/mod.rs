//! Who is shut out, and what looks like an attack on its way to storage.
//!
//! Everything here is memory: asking and reporting take a short lock and never wait for storage. `audit` stores what is
//! reported, and loads who is blocked.

mod address_blocks;
mod event_fold;
mod foreign_ids;
mod handle;

pub use address_blocks::AddressBlocks;
pub use event_fold::EventFold;
pub use foreign_ids::ForeignId;
pub use handle::Guard;
