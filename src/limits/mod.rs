//! Counts per time: keyed limits for addresses, tokens and accounts, a window per connection, and serving in turn.
//!
//! All of them are lifted by `limits = off`; sizes, queue bounds and turns stay.

mod client_ip;
mod event_budgets;
mod event_window;
mod fair;
mod limiter;
mod named;
mod pace;
mod queue;
mod refused;
mod shares;
mod source;

pub use client_ip::client_ip;
pub use event_budgets::{EventBudgets, EventRefusal};
pub use event_window::{EventWindow, Verdict};
pub use fair::FairTurns;
pub use limiter::{Limiter, RetryAfterMs, network_of};
pub use named::{Limit, Limits};
pub use pace::Pace;
pub use queue::{QueueFull, Turn, TurnQueue};
pub use refused::refuse;
pub use shares::{Place, Shares};
pub use source::Source;
