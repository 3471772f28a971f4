//! Many rooms of a visitor and agents: visitors write, everybody in the room is sent it.

use clap::Args;

use super::ladder::{Ladder, Rung};
use super::measure::{Times, as_f64, measure, open_all, report};
use super::talk::{Says, Talk, whole_us};
use crate::generator::{Crowd, Order, Schedule};
use crate::report::Reading;
use crate::target::{Running, Shape, Spent};

/// Where a ladder begins, of what is done when saturated.
const LADDER_START: f64 = 0.5;

#[derive(Args, Clone, Debug)]
pub(crate) struct Options {
    /// Rooms.
    #[arg(long, default_value_t = 1_000)]
    pub(crate) rooms: usize,
    /// Agents in each room, beside the visitor.
    #[arg(long, default_value_t = 2)]
    pub(crate) agents: usize,
    /// Messages a second, over all rooms, whatever the server does.
    #[arg(long, default_value_t = 400.0)]
    pub(crate) rate: f64,
    /// Instead of a rate, every visitor writes again as soon as the last message is acked: saturation.
    #[arg(long)]
    pub(crate) closed: bool,
    /// Instead of a rate, look for the highest whose p99 stays within this many milliseconds.
    #[arg(long, conflicts_with = "closed")]
    pub(crate) ladder_p99_ms: Option<f64>,
    /// Instead of a rate, this share of what the target does when saturated, which is measured first.
    #[arg(long, conflicts_with_all = ["closed", "ladder_p99_ms"])]
    pub(crate) of_saturation: Option<f64>,
    /// Length of a message.
    #[arg(long, default_value_t = 128)]
    pub(crate) bytes: usize,
    /// Seconds before measuring.
    #[arg(long, default_value_t = 2.0)]
    pub(crate) warm_up: f64,
    /// Seconds measured; on a ladder, of each rung.
    #[arg(long, default_value_t = 8.0)]
    pub(crate) seconds: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            rooms: 1_000,
            agents: 2,
            rate: 400.0,
            closed: false,
            ladder_p99_ms: None,
            of_saturation: None,
            bytes: 128,
            warm_up: 2.0,
            seconds: 8.0,
        }
    }
}

impl Options {
    pub(crate) fn shape(&self, orgs: usize) -> Shape {
        Shape { rooms: self.rooms, agents: self.agents, orgs }
    }

    fn times(&self) -> Times {
        Times { warm_up: self.warm_up, seconds: self.seconds }
    }
}

/// A server with its clients, all of them in their rooms.
struct Rooms<'a> {
    running: &'a Running,
    options: &'a Options,
    seed: u64,
    crowd: Crowd,
    talk: Talk,
}

pub(crate) fn run(running: &Running, options: &Options, seed: u64, shape: Shape) -> anyhow::Result<Reading> {
    let mut reading = Reading::default();
    let mut crowd = running.crowd()?;
    let mut talk = Talk::new(&crowd, shape, Says::Messages, options.bytes);
    open_all(running, &mut crowd, &mut talk, shape.clients(), &mut reading)?;
    let mut rooms = Rooms { running, options, seed, crowd, talk };
    let spent = match (options.closed, options.ladder_p99_ms, options.of_saturation) {
        (true, ..) => rooms.saturate()?,
        (false, Some(p99_max_ms), _) => {
            let highest = rooms.climb(p99_max_ms, &mut reading)?;
            reading.set("highest_messages_per_s", highest);
            reading.set("highest_deliveries_per_s", highest * as_f64(shape.members()));
            rooms.talk.settle();
            rooms.talk.report_faults(&mut reading);
            return Ok(reading);
        }
        (false, None, Some(share)) => {
            let saturated = rooms.saturate()?;
            let rate = rooms.acked_per_s(&saturated) * share;
            rooms.at_rate(rate)?
        }
        (false, None, None) => rooms.at_rate(options.rate)?,
    };
    report(&mut rooms.talk, &spent, &mut reading)?;
    Ok(reading)
}

impl Rooms<'_> {
    fn saturate(&mut self) -> anyhow::Result<Spent> {
        let Options { warm_up, seconds, .. } = self.options;
        let until_us = self.talk.now_us() + whole_us(warm_up + seconds);
        self.talk.close_the_loop(until_us);
        for index in self.talk.writers() {
            let now_us = self.talk.now_us();
            self.talk.say(&mut self.crowd, index, now_us)?;
        }
        measure(self.running, &mut self.crowd, &mut self.talk, self.options.times(), None)
    }

    fn at_rate(&mut self, rate: f64) -> anyhow::Result<Spent> {
        let rooms = u32::try_from(self.options.rooms)?;
        let from = seconds(self.talk.now_us());
        let mut schedule = Schedule::new(self.seed, Order::Random, rate, rooms, from);
        let times = self.options.times();
        measure(self.running, &mut self.crowd, &mut self.talk, times, Some(&mut schedule))
    }

    /// The highest rate whose p99 holds.
    fn climb(&mut self, p99_max_ms: f64, reading: &mut Reading) -> anyhow::Result<f64> {
        let saturated = self.saturate()?;
        let mut ladder = Ladder::new(self.acked_per_s(&saturated) * LADDER_START, p99_max_ms);
        while let Some(rate) = ladder.next() {
            let spent = self.at_rate(rate)?;
            let acked_per_s = self.acked_per_s(&spent);
            let p99_ms = self.talk.p99_ms();
            reading.rungs.push((rate, p99_ms));
            ladder.climb(Rung { rate, p99_ms, acked_per_s });
        }
        Ok(ladder.highest())
    }

    fn acked_per_s(&self, spent: &Spent) -> f64 {
        let acked = usize::try_from(self.talk.acked_in_window).unwrap_or(usize::MAX);
        as_f64(acked) / spent.seconds
    }
}

#[expect(clippy::cast_precision_loss, reason = "microseconds of a run")]
pub(super) fn seconds(us: u64) -> f64 {
    us as f64 / 1e6
}
