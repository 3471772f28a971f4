//! What a day is made of.

use clap::Args;

#[derive(Args, Clone, Debug)]
pub(crate) struct Options {
    /// Visitors who come in a second, whatever the server does.
    #[arg(long, default_value_t = 5.0)]
    pub(crate) visitors_per_s: f64,
    /// Seconds in which they come.
    #[arg(long, default_value_t = 30.0)]
    pub(crate) seconds: f64,
    /// Agents on duty.
    #[arg(long, default_value_t = 10)]
    pub(crate) agents: usize,
    /// Of 100 visitors, how many ask for a person.
    #[arg(long, default_value_t = 30)]
    pub(crate) handoff_percent: u32,
    /// Of 100 visitors, how many call.
    #[arg(long, default_value_t = 10)]
    pub(crate) call_percent: u32,
}
