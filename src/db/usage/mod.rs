//! What was used: events, and their sums by day, by hour, and by what a reader asks for.

mod events;
mod hours;
mod sums;

pub use events::Usage;
