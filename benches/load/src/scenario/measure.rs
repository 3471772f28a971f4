//! The parts that scenarios share: everybody comes, a stretch of time is measured, the rest is waited for.

use std::time::Duration;

use anyhow::{Context, ensure};

use super::talk::{Talk, Window, whole_us};
use crate::generator::{Crowd, Schedule};
use crate::report::Reading;
use crate::target::{Running, Spent};

/// Connections that are being opened at the same time.
const OPENING_AT_ONCE: usize = 64;
/// How long everybody may take to come.
const OPENING_MAX: Duration = Duration::from_secs(300);
/// How long the last messages may take.
pub(super) const DRAIN_MAX: Duration = Duration::from_secs(30);

/// Has all clients of a talk come and join; gives what it cost.
pub(super) fn open_all(
    running: &Running,
    crowd: &mut Crowd,
    talk: &mut Talk,
    clients: usize,
    reading: &mut Reading,
) -> anyhow::Result<()> {
    let (memory, from) = (running.meter.resident_kib()?, running.meter.read()?);
    crowd.open(0..clients, OPENING_AT_ONCE, true);
    talk.run_while(crowd, OPENING_MAX, |_, crowd| crowd.is_settled())?;
    if talk.joined < clients {
        talk.report(reading);
        let why = reading.warnings.join("; ");
        anyhow::bail!("only {} of {clients} clients could join: {why}", talk.joined);
    }
    let spent = running.meter.since(&from)?;
    let count = as_f64(clients);
    reading.set("connect_cpu_us", spent.server * 1e6 / count);
    reading.set("connects_per_s", count / spent.seconds);
    let grown = running.meter.resident_kib()?.saturating_sub(memory);
    reading.set("connection_kib", as_f64(usize::try_from(grown)?) / count);
    Ok(())
}

/// How long is warmed up and measured.
#[derive(Debug, Clone, Copy)]
pub(super) struct Times {
    pub(super) warm_up: f64,
    pub(super) seconds: f64,
}

/// Warms up, measures, and waits for what is on its way; gives what the measured time cost.
pub(super) fn measure(
    running: &Running,
    crowd: &mut Crowd,
    talk: &mut Talk,
    times: Times,
    schedule: Option<&mut Schedule>,
) -> anyhow::Result<Spent> {
    let from_us = talk.now_us() + whole_us(times.warm_up);
    let until_us = from_us + whole_us(times.seconds);
    let mut schedule = schedule;
    talk.run_until(crowd, from_us, schedule.as_deref_mut())?;
    talk.measure(Window { from_us, until_us });
    let from = running.meter.read().context("the server has ended")?;
    talk.run_until(crowd, until_us, schedule)?;
    let spent = running.meter.since(&from).context("the server has ended")?;
    talk.drain(crowd, DRAIN_MAX)?;
    Ok(spent)
}

/// Costs and rates of a measured time.
pub(super) fn report(talk: &mut Talk, spent: &Spent, reading: &mut Reading) -> anyhow::Result<()> {
    talk.settle();
    talk.report(reading);
    reading.set_spent(spent);
    ensure!(talk.received_in_window > 0, "nothing was delivered: {}", reading.warnings.join("; "));
    let deliveries = as_f64(usize::try_from(talk.received_in_window)?);
    reading.set("deliveries_per_s", deliveries / spent.seconds);
    reading.set("delivery_cpu_us", spent.server * 1e6 / deliveries);
    if talk.acked_in_window > 0 {
        let messages = as_f64(usize::try_from(talk.acked_in_window)?);
        reading.set("messages_per_s", messages / spent.seconds);
        reading.set("message_cpu_us", spent.server * 1e6 / messages);
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "counts that fit into memory")]
pub(super) fn as_f64(count: usize) -> f64 {
    count as f64
}
