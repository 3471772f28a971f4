//! What models and voices cost: events with real counts, sums by day, prices, and limits that stop them.
//!
//! [`Usage::reserve`] sets aside what a request may cost at most, before it is sent; [`Reservation::settle`] puts
//! what it did cost in its place. Reservations live in the memory of the one server that serves a database. An event
//! that cannot be written is tried again in the background; it never breaks a reply. Days and months are those of UTC.

mod admin;
mod calendar;
mod dollars;
mod event;
mod limits;
mod numbers;
mod prices;
mod reservation;
mod service;
mod sums;
mod sums_file;
mod tally;
mod unpriced;
mod warning;

pub use calendar::{day_of, month_start_of};
pub use dollars::{nano_per_minute, nano_per_token, usd_per_million, usd_per_minute};
pub use event::{UsageEvent, UsageKind};
pub use limits::{Exceeded, Limit, LimitNumbers, Refused};
pub use numbers::Numbers;
pub use prices::{FallbackPrice, Prices};
pub use reservation::{Expected, Reservation};
pub use service::{Standing, Usage};
pub use sums::UsageAsked;
pub use warning::LimitWarning;
