//! All connections drop at once and come back at once; with a server that resumes, everybody gets exactly what they missed.

use std::time::Duration;

use anyhow::ensure;
use clap::Args;

use super::measure::{DRAIN_MAX, as_f64, open_all};
use super::rooms::seconds;
use super::talk::{Says, Talk, Window, whole_us};
use crate::generator::{Order, Schedule};
use crate::report::Reading;
use crate::stats::Latencies;
use crate::target::{Running, Shape};

/// How long everybody may take to be back.
const BACK_MAX: Duration = Duration::from_secs(120);
/// Milliseconds between the drop and the first who comes back.
const AWAY_MS: u64 = 200;
/// One visitor of so many writes right before the drop,
const WRITING_AT_DROP: usize = 10;
/// and has so long for the message to reach the server, while nobody reads what comes of it.
const UNREAD: Duration = Duration::from_millis(20);

#[derive(Args, Clone, Debug)]
pub(crate) struct Options {
    /// Rooms, each with all its connections.
    #[arg(long, default_value_t = 3_334)]
    pub(crate) rooms: usize,
    /// Agents in each room, beside the visitor.
    #[arg(long, default_value_t = 2)]
    pub(crate) agents: usize,
    /// Messages a second before, during and after.
    #[arg(long, default_value_t = 200.0)]
    pub(crate) rate: f64,
    /// Length of a message.
    #[arg(long, default_value_t = 128)]
    pub(crate) bytes: usize,
    /// Seconds before the drop, and after everybody is back.
    #[arg(long, default_value_t = 3.0)]
    pub(crate) seconds: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self { rooms: 3_334, agents: 2, rate: 200.0, bytes: 128, seconds: 3.0 }
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
    let mut talk = Talk::new(&crowd, shape, Says::Messages, options.bytes);
    open_all(running, &mut crowd, &mut talk, shape.clients(), &mut reading)?;
    let rooms = u32::try_from(options.rooms)?;
    let mut schedule = Schedule::new(seed, Order::Random, options.rate, rooms, seconds(talk.now_us()));
    let until_us = talk.now_us() + whole_us(options.seconds);
    talk.run_until(&mut crowd, until_us, Some(&mut schedule))?;

    // What is on its way at the drop is what has to be resumed, or sent again.
    for index in talk.writers().step_by(WRITING_AT_DROP) {
        let now_us = talk.now_us();
        talk.say(&mut crowd, index, now_us)?;
    }
    std::thread::sleep(UNREAD);
    let all = 0..shape.clients();
    crowd.drop_all(all.clone());
    talk.holds = !running.resumes();
    let back_from_us = talk.now_us() + AWAY_MS * 1_000;
    talk.run_until(&mut crowd, back_from_us, Some(&mut schedule))?;
    let from = running.meter.read()?;
    let began_us = talk.now_us();
    (talk.joined, talk.joined_after, talk.coming_from_us) = (0, Latencies::default(), began_us);
    crowd.open(all, shape.clients(), true);
    let limit_us = began_us + whole_us(BACK_MAX.as_secs_f64());
    while !crowd.is_settled() && talk.now_us() < limit_us {
        // A few milliseconds at a time, with whatever is due.
        let step_us = talk.now_us() + 5_000;
        talk.run_until(&mut crowd, step_us, Some(&mut schedule))?;
    }
    let spent = running.meter.since(&from)?;
    if talk.joined < shape.clients() {
        talk.report(&mut reading);
    }
    let why = reading.warnings.join("; ");
    ensure!(talk.joined == shape.clients(), "only {} came back: {why}", talk.joined);
    reading.set("back_ms", talk.joined_after.at_ms(1.0));
    reading.set("back_p50_ms", talk.joined_after.at_ms(0.5));
    reading.set("resume_cpu_us", spent.server * 1e6 / as_f64(shape.clients()));
    if talk.holds {
        talk.forget_what_was_missed();
        talk.holds = false;
        for index in talk.writers() {
            talk.send_held(&mut crowd, index)?;
        }
    }
    let until_us = talk.now_us() + whole_us(options.seconds);
    talk.measure(Window { from_us: talk.now_us(), until_us });
    talk.run_until(&mut crowd, until_us, Some(&mut schedule))?;
    talk.drain(&mut crowd, DRAIN_MAX)?;
    talk.settle();
    talk.report(&mut reading);
    reading.set("resumed_entries", as_f64(usize::try_from(talk.resumed)?));
    reading.set_spent(&spent);
    // While everybody comes back, the generator has as much to do as the server.
    reading.warnings.retain(|warning| !warning.starts_with("the generator"));
    Ok(reading)
}
