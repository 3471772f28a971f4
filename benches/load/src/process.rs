//! CPU and memory of a process from `/proc`.

use anyhow::Context;

/// Seconds of CPU that a process has used so far, in user and kernel.
pub(crate) fn cpu_seconds(pid: u32) -> anyhow::Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |index: usize| fields.get(index).and_then(|field| field.parse::<f64>().ok());
    let (user, kernel) = ticks(11).zip(ticks(12)).context("no CPU times in /proc")?;
    // The kernel counts in ticks of 10 ms (USER_HZ is 100 on every Linux that Debian builds).
    Ok((user + kernel) / 100.0)
}

/// Resident memory of a process in KiB.
pub(crate) fn resident_kib(pid: u32) -> anyhow::Result<u64> {
    field_kib(pid, "VmRSS:")
}

/// The part of it that no file backs, in KiB: pages of a mapped database are the system's to take back.
pub(crate) fn anonymous_kib(pid: u32) -> anyhow::Result<u64> {
    field_kib(pid, "RssAnon:")
}

fn field_kib(pid: u32, name: &str) -> anyhow::Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find(|line| line.starts_with(name)).context("no such field")?;
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).context("no number")
}
