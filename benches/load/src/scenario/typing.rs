//! Visitors type: shown to the agents of their room, stored nowhere.

use clap::Args;

use super::measure::{Times, measure, open_all, report};
use super::rooms::seconds;
use super::talk::{Says, Talk};
use crate::generator::{Order, Schedule};
use crate::report::Reading;
use crate::target::{Running, Shape};

#[derive(Args, Clone, Debug)]
pub(crate) struct Options {
    /// Rooms.
    #[arg(long, default_value_t = 1_000)]
    pub(crate) rooms: usize,
    /// Agents in each room, beside the visitor.
    #[arg(long, default_value_t = 2)]
    pub(crate) agents: usize,
    /// Typing events a second, over all rooms.
    #[arg(long, default_value_t = 4_000.0)]
    pub(crate) rate: f64,
    /// Length of the preview.
    #[arg(long, default_value_t = 128)]
    pub(crate) bytes: usize,
    /// Seconds before measuring.
    #[arg(long, default_value_t = 2.0)]
    pub(crate) warm_up: f64,
    /// Seconds measured.
    #[arg(long, default_value_t = 8.0)]
    pub(crate) seconds: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self { rooms: 1_000, agents: 2, rate: 4_000.0, bytes: 128, warm_up: 2.0, seconds: 8.0 }
    }
}

impl Options {
    pub(crate) fn shape(&self, orgs: usize) -> Shape {
        Shape { rooms: self.rooms, agents: self.agents, orgs }
    }
}

pub(crate) fn run(running: &Running, options: &Options, seed: u64, shape: Shape) -> anyhow::Result<Reading> {
    let mut reading = Reading::default();
    let mut crowd = running.crowd()?;
    let mut talk = Talk::new(&crowd, shape, Says::Typing, options.bytes);
    open_all(running, &mut crowd, &mut talk, shape.clients(), &mut reading)?;
    let rooms = u32::try_from(options.rooms)?;
    let mut schedule = Schedule::new(seed, Order::Even, options.rate, rooms, seconds(talk.now_us()));
    let times = Times { warm_up: options.warm_up, seconds: options.seconds };
    let spent = measure(running, &mut crowd, &mut talk, times, Some(&mut schedule))?;
    let merged = talk.expected.saturating_sub(talk.received);
    report(&mut talk, &spent, &mut reading)?;
    #[expect(clippy::cast_precision_loss, reason = "a count of events")]
    reading.set("merged_share", merged as f64 / talk.expected.max(1) as f64);
    Ok(reading)
}
