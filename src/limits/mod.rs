//! Counts per time: keyed limits for addresses, tokens and accounts, a window per connection, and serving in turn.
//!
//! All of them are lifted by `limits = off`; sizes, queue bounds and turns stay.

mod client_ip;
mod event_window;
mod fair;
mod limiter;
mod named;
mod pace;
mod queue;
mod shares;

pub use client_ip::client_ip;
pub use event_window::{EventWindow, Verdict};
pub use fair::FairTurns;
pub use limiter::{Limiter, RetryAfterMs, network_of};
pub use named::{EventBudgets, Limits};
pub use pace::Pace;
pub use queue::{QueueFull, Turn, TurnQueue};
pub use shares::{Place, Shares};
