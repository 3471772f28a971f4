//! Connections that say nothing: their memory, and what keeping them costs.

use std::time::Duration;

use clap::Args;

use super::measure::open_all;
use super::talk::{Says, Talk};
use crate::report::Reading;
use crate::target::{Running, Shape};

#[derive(Args, Clone, Debug)]
pub(crate) struct Options {
    /// Rooms, each with all its connections.
    #[arg(long, default_value_t = 3_334)]
    pub(crate) rooms: usize,
    /// Agents in each room, beside the visitor.
    #[arg(long, default_value_t = 2)]
    pub(crate) agents: usize,
    /// How long they stay.
    #[arg(long, default_value_t = 10.0)]
    pub(crate) seconds: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self { rooms: 3_334, agents: 2, seconds: 10.0 }
    }
}

impl Options {
    pub(crate) fn shape(&self, orgs: usize) -> Shape {
        Shape { rooms: self.rooms, agents: self.agents, orgs }
    }
}

pub(crate) fn run(running: &Running, options: &Options, shape: Shape) -> anyhow::Result<Reading> {
    let mut reading = Reading::default();
    let at_rest = running.meter.resident_kib()?;
    let mut crowd = running.crowd()?;
    let mut talk = Talk::new(&crowd, shape, Says::Messages, 128);
    open_all(running, &mut crowd, &mut talk, shape.clients(), &mut reading)?;
    let from = running.meter.read()?;
    talk.run_while(&mut crowd, Duration::from_secs_f64(options.seconds), |_, _| false)?;
    let spent = running.meter.since(&from)?;
    let held = running.meter.resident_kib()?;
    talk.report(&mut reading);
    reading.set_spent(&spent);
    #[expect(clippy::cast_precision_loss, reason = "memory of one machine")]
    {
        let clients = shape.clients() as f64;
        reading.set("rest_mib", at_rest as f64 / 1_024.0);
        reading.set("connection_kib", held.saturating_sub(at_rest) as f64 / clients);
        reading.set("idle_cpu_us_per_s", spent.server * 1e6 / spent.seconds / clients);
    }
    Ok(reading)
}
