//! The clock as a dependency: the system's, or one that tests advance. Nothing else reads a clock.

use std::fmt::Debug;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::time::{Instant, Sleep};

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

/// A timer that is kept between waits: a later deadline costs nothing until the earlier one has passed.
#[derive(Debug)]
pub struct Alarm {
    sleep: Pin<Box<Sleep>>,
}

impl Alarm {
    /// A timer that is first expected to be needed at `deadline`.
    #[must_use]
    pub fn at(deadline: Instant) -> Self {
        Self { sleep: Box::pin(tokio::time::sleep_until(deadline)) }
    }

    /// Waits until `deadline`. May be dropped and called again, with another deadline too.
    pub async fn wait_until(&mut self, deadline: Instant) {
        if deadline < self.sleep.deadline() {
            self.sleep.as_mut().reset(deadline);
        }
        loop {
            self.sleep.as_mut().await;
            if self.sleep.deadline() >= deadline {
                return;
            }
            self.sleep.as_mut().reset(deadline);
        }
    }
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

    #[tokio::test(start_paused = true)]
    async fn an_alarm_rings_at_the_deadline_of_the_last_wait() {
        let began = instant();
        let after = |ms: u64| began + std::time::Duration::from_millis(ms);
        let mut alarm = Alarm::at(after(1_000));
        for (deadline_ms, given_up_ms) in [(2_000, 500), (5_000, 1_500), (700, 1_501), (3_000, 2_000)] {
            let waited =
                tokio::time::timeout_at(after(given_up_ms), alarm.wait_until(after(deadline_ms))).await;
            assert_eq!(waited.is_ok(), deadline_ms < given_up_ms, "{deadline_ms}");
        }

        alarm.wait_until(after(4_000)).await;
        assert_eq!(began.elapsed().as_millis(), 4_000);
        alarm.wait_until(after(4_000)).await;
        assert_eq!(began.elapsed().as_millis(), 4_000, "it has rung already");
    }

    #[test]
    fn the_system_clock_shows_this_century() {
        assert!(SystemClock.now_ms() > 1_700_000_000_000);
    }
}
