//! Counts per time: keyed limits for addresses, tokens and accounts, and a window per connection.
//!
//! All of them are lifted by `limits = off`; sizes and queue bounds are not here and stay.

mod client_ip;
mod event_window;
mod limiter;
mod named;
mod pace;

pub use client_ip::client_ip;
pub use event_window::{EventWindow, Verdict};
pub use limiter::{Limiter, RetryAfterMs, network_of};
pub use named::{EventBudgets, Limits};
pub use pace::Pace;
