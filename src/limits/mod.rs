//! Counts per time: keyed limits for addresses, tokens and accounts, and a window per connection.
//!
//! All of them are lifted by `limits = off`; sizes and queue bounds are not here and stay.

mod client_ip;
mod event_window;
mod limiter;
mod named;

pub use client_ip::client_ip;
pub use event_window::{EventWindow, Verdict};
pub use limiter::{Limiter, RetryAfterMs};
pub use named::Limits;
