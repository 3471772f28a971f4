//! When a visitor talks while latency is measured.

/// A visitor talks for a second, hears 2.4 of the 3 s of an answer, and interrupts it.
const CYCLE_TICKS: u64 = 200;

const TALK_TICKS: u64 = 50;

const CYCLES: u64 = 3;

/// After the last cycle the last answer is heard to its end.
const TAIL_TICKS: u64 = 80;

/// When a visitor talks, in rounds. The visitors are spread over a cycle.
pub(super) struct Rounds {
    tick: u64,
    offset: u64,
}

impl Rounds {
    pub(super) fn new(call: u32, calls: u32) -> Self {
        Self { tick: 0, offset: u64::from(call % calls) * CYCLE_TICKS / u64::from(calls) }
    }

    /// Begins the next round.
    pub(super) fn begin(&mut self) {
        self.tick = 0;
    }

    /// Whether the visitor talks now; to be asked every 20 ms.
    pub(super) fn speaks(&mut self) -> bool {
        let tick = self.tick.checked_sub(self.offset);
        self.tick += 1;
        tick.is_some_and(|tick| tick < CYCLES * CYCLE_TICKS && tick % CYCLE_TICKS < TALK_TICKS)
    }

    /// How long all rounds take.
    pub(super) const fn ticks() -> u64 {
        (CYCLES + 1) * CYCLE_TICKS + TAIL_TICKS
    }
}
