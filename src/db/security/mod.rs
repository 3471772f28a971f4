//! Security events, and addresses that are blocked.

mod address_blocks;
mod events;
mod figures;

pub use address_blocks::{AddressBlocks, BlockOutcome};
pub use events::SecurityEvents;
