//! What a stretch of time has cost: the server, the generator, and whatever else ran on the machine.

use std::time::Instant;

use crate::process::{Cpu, machine_seconds, tree_resident_kib};

/// Reads the system's own figures of a server.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Meter {
    pid: u32,
}

/// Figures at one moment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    at: Instant,
    server: Cpu,
    generator: Cpu,
    machine: (f64, f64),
}

/// What was spent between two moments, in seconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spent {
    pub(crate) seconds: f64,
    pub(crate) server: f64,
    pub(crate) generator: f64,
    /// Other programs of the machine, and what its host gave to others.
    pub(crate) others: f64,
}

impl Meter {
    pub(crate) fn new(pid: u32) -> Self {
        Self { pid }
    }

    pub(crate) fn read(&self) -> anyhow::Result<Moment> {
        Ok(Moment {
            at: Instant::now(),
            server: Cpu::of_tree(self.pid)?,
            generator: Cpu::of_process(std::process::id())?,
            machine: machine_seconds()?,
        })
    }

    pub(crate) fn since(&self, from: &Moment) -> anyhow::Result<Spent> {
        let to = self.read()?;
        let server = to.server.since(from.server);
        let generator = to.generator.since(from.generator);
        let busy = to.machine.0 - from.machine.0 + to.machine.1 - from.machine.1;
        Ok(Spent {
            seconds: to.at.duration_since(from.at).as_secs_f64(),
            server,
            generator,
            others: (busy - server - generator).max(0.0),
        })
    }

    pub(crate) fn resident_kib(&self) -> anyhow::Result<u64> {
        tree_resident_kib(self.pid)
    }
}
