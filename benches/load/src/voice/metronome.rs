//! The scheduler of a thread's calls: each runs every 20 ms, spread evenly.

use std::rc::Rc;
use std::time::{Duration, Instant};

use crate::stats::Latencies;

/// Turns of one call in a second.
pub(super) const TICKS_PER_SECOND: u64 = 50;
/// The calls are in so many groups, which have their turn one after another.
const GROUP_COUNT: u64 = 20;
const GROUP_PERIOD: Duration = Duration::from_millis(1);

/// Beats that come later than this have frames come in heaps, which is less work for whoever takes them.
const LATE: Duration = Duration::from_millis(20);

/// Whether more than one beat in a hundred was so late that the run says little.
pub(super) fn was_too_late(lateness: &mut Latencies) -> bool {
    lateness.at(0.99) > LATE
}

/// Something that has a turn every 20 ms.
pub(super) trait Member {
    fn tick(&self) -> anyhow::Result<()>;
}

/// Beats until it is dropped; a beat that comes late is made up for at once.
pub(super) struct Metronome {
    started: Instant,
    beat: u64,
    lateness: Latencies,
}

impl Metronome {
    pub(super) fn start() -> Self {
        Self { started: Instant::now(), beat: 0, lateness: Latencies::default() }
    }

    /// How often every member has had its turn.
    pub(super) fn ticks(&self) -> u64 {
        self.beat / GROUP_COUNT
    }

    /// Waits for the next group's turn; gives its number.
    pub(super) async fn beat(&mut self) -> Group {
        self.beat += 1;
        let due = self.started + GROUP_PERIOD * u32::try_from(self.beat).expect("a run lasts hours at most");
        tokio::time::sleep_until(due.into()).await;
        // Whoever reads has a turn even where this is behind.
        tokio::task::yield_now().await;
        self.lateness.add(due.elapsed());
        Group(usize::try_from(self.beat % GROUP_COUNT).expect("a small number"))
    }

    /// How late the beats were.
    pub(super) fn into_lateness(self) -> Latencies {
        self.lateness
    }
}

/// Calls that have their turn together.
#[derive(Clone, Copy)]
pub(super) struct Group(usize);

impl Group {
    /// Gives the members of the group their turn.
    pub(super) fn tick<M: Member>(self, members: &[Rc<M>]) -> anyhow::Result<()> {
        members.iter().skip(self.0).step_by(GROUP_COUNT as usize).try_for_each(|member| member.tick())
    }
}
