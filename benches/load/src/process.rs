//! CPU and memory of processes from `/proc`.

use anyhow::Context;

/// Seconds of CPU, twice: what the kernel counts in ticks, and to the nanosecond, without threads that have ended.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Cpu {
    ticks: f64,
    fine: f64,
}

/// More than rounding of a few processes: a thread has ended and taken its time with it.
const TICKS_ROUNDING: f64 = 0.03;

impl Cpu {
    /// What a process and all its children have used so far, in user and kernel.
    pub(crate) fn of_tree(pid: u32) -> anyhow::Result<Self> {
        let mut sum = Self::default();
        for pid in tree(pid)? {
            let one = Self::of_process(pid)?;
            sum.ticks += one.ticks;
            sum.fine += one.fine;
        }
        Ok(sum)
    }

    /// The same of one process alone.
    pub(crate) fn of_process(pid: u32) -> anyhow::Result<Self> {
        Ok(Self { ticks: cpu_seconds(pid)?, fine: scheduled_seconds(pid)? })
    }

    /// What was used since an earlier reading, in seconds.
    pub(crate) fn since(self, earlier: Self) -> f64 {
        let (ticks, fine) = (self.ticks - earlier.ticks, self.fine - earlier.fine);
        if (ticks - fine).abs() <= TICKS_ROUNDING { fine } else { ticks }
    }
}

/// Seconds of CPU that a process has used so far, in user and kernel.
pub(crate) fn cpu_seconds(pid: u32) -> anyhow::Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let fields = fields_behind_name(&stat);
    let ticks = |index: usize| fields.get(index).and_then(|field| field.parse::<f64>().ok());
    let (user, kernel) = ticks(11).zip(ticks(12)).context("no CPU times in /proc")?;
    // The kernel counts in ticks of 10 ms (USER_HZ is 100 on every Linux that Debian builds).
    Ok((user + kernel) / 100.0)
}

/// The same of its live threads, to the nanosecond.
fn scheduled_seconds(pid: u32) -> anyhow::Result<f64> {
    let mut nanoseconds = 0.0;
    for task in std::fs::read_dir(format!("/proc/{pid}/task"))?.flatten() {
        // A thread may end meanwhile.
        if let Ok(stat) = std::fs::read_to_string(task.path().join("schedstat")) {
            nanoseconds += stat.split(' ').next().and_then(|run| run.parse::<f64>().ok()).unwrap_or(0.0);
        }
    }
    Ok(nanoseconds / 1e9)
}

/// A process and all that it has started.
fn tree(root: u32) -> anyhow::Result<Vec<u32>> {
    let mut parents = Vec::new();
    for entry in std::fs::read_dir("/proc")?.flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        // A process may end meanwhile.
        let Ok(stat) = std::fs::read_to_string(entry.path().join("stat")) else { continue };
        if let Some(parent) = fields_behind_name(&stat).get(1).and_then(|field| field.parse::<u32>().ok()) {
            parents.push((pid, parent));
        }
    }
    let mut all = vec![root];
    let mut at = 0;
    while let Some(parent) = all.get(at).copied() {
        all.extend(parents.iter().filter(|(_, of)| *of == parent).map(|(pid, _)| *pid));
        at += 1;
    }
    Ok(all)
}

/// Seconds in which any core of this machine has worked, and seconds that the host took from it.
pub(crate) fn machine_seconds() -> anyhow::Result<(f64, f64)> {
    let stat = std::fs::read_to_string("/proc/stat")?;
    let line = stat.lines().next().context("no CPU in /proc/stat")?;
    let ticks: Vec<f64> = line.split_whitespace().skip(1).filter_map(|field| field.parse().ok()).collect();
    let at = |index: usize| ticks.get(index).copied().unwrap_or(0.0) / 100.0;
    // user, nice, system, idle, iowait, irq, softirq, steal
    Ok((at(0) + at(1) + at(2) + at(5) + at(6), at(7)))
}

/// Resident memory of a process in KiB.
pub(crate) fn resident_kib(pid: u32) -> anyhow::Result<u64> {
    field_kib(pid, "VmRSS:")
}

/// The same of a process and all that it has started.
pub(crate) fn tree_resident_kib(pid: u32) -> anyhow::Result<u64> {
    tree(pid)?.into_iter().map(resident_kib).sum()
}

/// The part of it that no file backs, in KiB: pages of a mapped database are the system's to take back.
pub(crate) fn anonymous_kib(pid: u32) -> anyhow::Result<u64> {
    field_kib(pid, "RssAnon:")
}

/// The fields of a stat file behind the name in brackets, which may have anything in it.
fn fields_behind_name(stat: &str) -> Vec<&str> {
    stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect()
}

fn field_kib(pid: u32, name: &str) -> anyhow::Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find(|line| line.starts_with(name)).context("no such field")?;
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).context("no number")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_and_its_children_are_counted() {
        let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();

        let all = tree(std::process::id()).unwrap();

        assert!(all.contains(&std::process::id()) && all.contains(&child.id()));
        assert!(tree_resident_kib(std::process::id()).unwrap() > resident_kib(child.id()).unwrap());
        assert!(Cpu::of_tree(std::process::id()).is_ok_and(|cpu| cpu.since(Cpu::default()) >= 0.0));
        child.kill().unwrap();
        child.wait().unwrap();
    }
}
