//! Which core the server has and which the generator.

use rustix::thread::{CpuSet, sched_setaffinity};

/// One core each; a child is born on the core of the thread that starts it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cores {
    pub(crate) server: usize,
    pub(crate) generator: usize,
}

impl Cores {
    /// Has what this thread starts from now on run on the server's core.
    pub(crate) fn start_servers(self) -> anyhow::Result<()> {
        pin(self.server)
    }

    /// Has this thread run on the generator's core.
    pub(crate) fn generate(self) -> anyhow::Result<()> {
        pin(self.generator)
    }

    /// Whether the two share a core, so that each is measured while it waits for the other.
    pub(crate) fn are_shared(self) -> bool {
        self.server == self.generator
    }
}

fn pin(core: usize) -> anyhow::Result<()> {
    let mut set = CpuSet::new();
    set.set(core);
    sched_setaffinity(None, &set)
        .map_err(|error| anyhow::anyhow!("this machine has no core {core} for this: {error}"))
}
