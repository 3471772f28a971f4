//! The search for the highest rate that keeps a p99: up in steps while it holds, then halving what is left.

/// How fast it goes up.
const STEP: f64 = 1.3;
/// How close the answer has to be.
const CLOSE: f64 = 1.06;
/// Rungs at most.
const RUNGS_MAX: usize = 12;
/// A server that acks less of what it is sent than this falls behind, whatever its latencies say yet.
const KEPT_UP: f64 = 0.97;

/// What was measured at one rate.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rung {
    pub(super) rate: f64,
    pub(super) p99_ms: f64,
    pub(super) acked_per_s: f64,
}

/// Where the search is.
#[derive(Debug)]
pub(super) struct Ladder {
    p99_max_ms: f64,
    /// The highest rate that held, and the lowest that did not.
    held: Option<f64>,
    broke: Option<f64>,
    next: f64,
    rungs: usize,
}

impl Ladder {
    pub(super) fn new(start: f64, p99_max_ms: f64) -> Self {
        Self { p99_max_ms, held: None, broke: None, next: start.max(1.0), rungs: 0 }
    }

    /// The rate to try next, until the answer is close enough.
    pub(super) fn next(&self) -> Option<f64> {
        let is_close = self.held.zip(self.broke).is_some_and(|(held, broke)| broke <= held * CLOSE);
        (!is_close && self.rungs < RUNGS_MAX).then_some(self.next)
    }

    /// Takes what came of it.
    pub(super) fn climb(&mut self, rung: Rung) {
        self.rungs += 1;
        let has_held = rung.p99_ms <= self.p99_max_ms && rung.acked_per_s >= rung.rate * KEPT_UP;
        if has_held {
            self.held = Some(rung.rate);
        } else {
            self.broke = Some(rung.rate);
        }
        self.next = match (self.held, self.broke) {
            (Some(held), Some(broke)) => (held * broke).sqrt(),
            (Some(held), None) => held * STEP,
            (None, broke) => broke.unwrap_or(rung.rate) / STEP,
        };
    }

    /// The highest rate that held; 0 where none did.
    pub(super) fn highest(&self) -> f64 {
        self.held.unwrap_or(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn search(start: f64, capacity: f64) -> (f64, usize) {
        let mut ladder = Ladder::new(start, 50.0);
        while let Some(rate) = ladder.next() {
            let p99_ms = if rate <= capacity { 5.0 } else { 500.0 };
            ladder.climb(Rung { rate, p99_ms, acked_per_s: rate.min(capacity) });
        }
        (ladder.highest(), ladder.rungs)
    }

    #[test]
    fn it_finds_a_capacity_above_and_below_where_it_starts() {
        for start in [1_000.0, 5_000.0, 9_000.0] {
            let (highest, rungs) = search(start, 5_000.0);

            assert!((4_700.0..=5_000.0).contains(&highest), "{highest} from {start}");
            assert!(rungs <= RUNGS_MAX);
        }
    }

    #[test]
    fn a_server_that_falls_behind_has_not_held() {
        let mut ladder = Ladder::new(1_000.0, 50.0);
        ladder.climb(Rung { rate: 1_000.0, p99_ms: 10.0, acked_per_s: 900.0 });

        assert_eq!(ladder.highest(), 0.0);
        assert!(ladder.next().is_some_and(|rate| rate < 1_000.0));
    }
}
