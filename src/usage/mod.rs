//! What models and voices cost: events with real counts, sums by day, prices, and limits that stop them.
//!
//! [`Usage::admit`] is asked before a call and [`Usage::record`] told after it. An event that cannot be written
//! is tried again in the background; it never breaks a reply. Days and months are those of UTC.

mod calendar;
mod event;
mod limits;
mod prices;
mod service;
mod warning;

pub use calendar::day_start;
pub use event::{UsageEvent, UsageKind};
pub use limits::{Exceeded, Numbers};
pub use prices::Prices;
pub use service::{Standing, Usage};
pub use warning::LimitWarning;
