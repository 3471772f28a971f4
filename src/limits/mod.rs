//! Counts per time: keyed limits for addresses, tokens and accounts, a window per connection, and serving in turn.
//!
//! All of them are lifted by `limits = off`; sizes, queue bounds and turns stay.

mod client_ip;
mod concurrency;
mod event_budgets;
mod event_window;
mod fair;
mod limiter;
mod named;
mod queue;
mod refused;
mod shared;
mod source;
mod token_bucket;

pub use client_ip::client_ip;
pub use concurrency::{Place, Shares, SharesState};
pub use event_budgets::{EventBudgets, EventRefusal};
pub use event_window::{EventWindow, Verdict};
pub use fair::FairTurns;
pub use limiter::{Limiter, RetryAfterMs, network_of};
pub use named::{Limit, LimitState, Limits};
pub use queue::{QueueFull, Turn, TurnQueue};
pub use refused::refuse;
pub use shared::Spent;
pub use source::Source;
pub use token_bucket::Pace;
