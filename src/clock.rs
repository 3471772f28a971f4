//! The clock as a dependency: the system's, or one that tests advance. Nothing else reads a clock.

use std::fmt::Debug;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

/// A day, in milliseconds.
pub const DAY_MS: i64 = 24 * 3_600 * 1_000;

/// Tells the time in milliseconds since 1970 (UTC).
pub trait Clock: Debug + Send + Sync {
    /// The time now.
    fn now_ms(&self) -> i64;
}

/// A clock that many owners read.
pub type SharedClock = Arc<dyn Clock>;

/// The operating system's clock. It may jump, also backwards.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now_ms(&self) -> i64 {
        let since_1970 = system_time().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX)
    }
}

/// The moment now, for durations and deadlines. It never goes back.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is where the server reads its clocks")]
pub fn instant() -> Instant {
    Instant::now()
}

/// The operating system's time now, to compare with those of files.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is where the server reads its clocks")]
pub fn system_time() -> SystemTime {
    SystemTime::now()
}

/// A clock that stands still until it is turned. For tests.
#[derive(Debug, Default)]
pub struct ManualClock {
    now_ms: AtomicI64,
}

impl ManualClock {
    /// Makes a clock that shows `now_ms`.
    pub fn at(now_ms: i64) -> Arc<Self> {
        Arc::new(Self { now_ms: AtomicI64::new(now_ms) })
    }

    /// Turns the clock forward.
    pub fn advance(&self, by_ms: i64) {
        self.now_ms.fetch_add(by_ms, Ordering::SeqCst);
    }

    /// Sets the clock, also backwards.
    pub fn set(&self, now_ms: i64) {
        self.now_ms.store(now_ms, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now_ms(&self) -> i64 {
        self.now_ms.load(Ordering::SeqCst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_moves_only_when_turned() {
        let clock = ManualClock::at(1_000);
        let shared: SharedClock = clock.clone();

        assert_eq!(shared.now_ms(), 1_000);
        clock.advance(500);
        assert_eq!(shared.now_ms(), 1_500);
        clock.set(10);
        assert_eq!(shared.now_ms(), 10);
    }

    #[test]
    fn the_system_clock_shows_this_century() {
        assert!(SystemClock.now_ms() > 1_700_000_000_000);
    }
}
