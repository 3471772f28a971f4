//! One room with many readers.

use clap::Args;

use super::measure::{Times, measure, open_all, report};
use super::rooms::seconds;
use super::talk::{Says, Talk};
use crate::generator::{Order, Schedule};
use crate::report::Reading;
use crate::target::{Running, Shape};

#[derive(Args, Clone, Debug)]
pub(crate) struct Options {
    /// Connections that watch the room.
    #[arg(long, default_value_t = 1_000)]
    pub(crate) readers: usize,
    /// Messages a second.
    #[arg(long, default_value_t = 20.0)]
    pub(crate) rate: f64,
    /// Length of a message.
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
        Self { readers: 1_000, rate: 20.0, bytes: 128, warm_up: 2.0, seconds: 8.0 }
    }
}

impl Options {
    pub(crate) fn shape(&self, orgs: usize) -> Shape {
        Shape { rooms: 1, agents: self.readers, orgs }
    }
}

pub(crate) fn run(running: &Running, options: &Options, seed: u64, shape: Shape) -> anyhow::Result<Reading> {
    let mut reading = Reading::default();
    let mut crowd = running.crowd()?;
    let mut talk = Talk::new(&crowd, shape, Says::Messages, options.bytes);
    open_all(running, &mut crowd, &mut talk, shape.clients(), &mut reading)?;
    let mut schedule = Schedule::new(seed, Order::Even, options.rate, 1, seconds(talk.now_us()));
    let times = Times { warm_up: options.warm_up, seconds: options.seconds };
    let spent = measure(running, &mut crowd, &mut talk, times, Some(&mut schedule))?;
    report(&mut talk, &spent, &mut reading)?;
    Ok(reading)
}
