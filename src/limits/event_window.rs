//! A sliding-window limit on the events of one connection: at most N in any 3 s, or any other span.

use std::collections::VecDeque;
use std::num::NonZeroU32;

/// The length of the window; "any 3 s" begins with an event and ends just before 3 s after it.
const WINDOW_MS: i64 = 3_000;
/// Multiple of the limit, refused events included, above which the connection is closed.
const FLOOD_FACTOR: usize = 10;

/// What to do with an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Handle it.
    Fine,
    /// Refuse it; the connection stays.
    Limited {
        /// When the next event is fine, if none comes before.
        retry_after_ms: u64,
    },
    /// Close the connection.
    Flood,
}

/// The events of one connection within the last 3 s, or another span. Holds no memory until the first event and after `trim`.
#[derive(Debug, Default)]
pub struct EventWindow {
    limit: Option<NonZeroU32>,
    span_ms: i64,
    recent: Option<Box<Recent>>,
}

/// Invariant: both ascend, `handled` is never longer than the limit, both together never longer than ten times it.
#[derive(Debug, Default)]
struct Recent {
    handled: VecDeque<i64>,
    refused: VecDeque<i64>,
}

impl EventWindow {
    /// Allows `limit` events in any 3 s; `None` allows everything.
    pub fn new(limit: Option<NonZeroU32>) -> Self {
        Self::over(limit, WINDOW_MS)
    }

    /// Allows `limit` events in any `span_ms`; `None` allows everything.
    pub fn over(limit: Option<NonZeroU32>, span_ms: i64) -> Self {
        Self { limit, span_ms, recent: None }
    }

    /// Counts one more event and says what to do with it.
    pub fn count(&mut self, now_ms: i64) -> Verdict {
        let Some(limit) = self.limit else { return Verdict::Fine };
        let limit = usize::try_from(limit.get()).unwrap_or(usize::MAX);
        let recent = self.recent.get_or_insert_default();
        recent.forget_before(now_ms, self.span_ms);
        if recent.len() >= limit.saturating_mul(FLOOD_FACTOR) {
            return Verdict::Flood;
        }
        if recent.handled.len() < limit {
            recent.handled.push_back(now_ms);
            return Verdict::Fine;
        }
        recent.refused.push_back(now_ms);
        let free_at_ms = recent.handled.front().map_or(now_ms, |oldest| oldest + self.span_ms);
        Verdict::Limited { retry_after_ms: u64::try_from(free_at_ms - now_ms).unwrap_or_default() }
    }

    /// Gives the memory back if the connection has been silent. To be called at heartbeats.
    pub fn trim(&mut self, now_ms: i64) {
        if let Some(recent) = &mut self.recent {
            recent.forget_before(now_ms, self.span_ms);
            if recent.len() == 0 {
                self.recent = None;
            }
        }
    }
}

impl Recent {
    fn len(&self) -> usize {
        self.handled.len() + self.refused.len()
    }

    /// A clock that was set back would keep its events for as long as it was set back, so they go at once.
    fn forget_before(&mut self, now_ms: i64, span_ms: i64) {
        for events in [&mut self.handled, &mut self.refused] {
            if events.back().is_some_and(|newest| *newest > now_ms) {
                events.clear();
            }
            while events.front().is_some_and(|oldest| now_ms - oldest >= span_ms) {
                events.pop_front();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn window(limit: u32) -> EventWindow {
        EventWindow::new(NonZeroU32::new(limit))
    }

    #[test]
    fn thirty_events_pass_and_the_next_waits_for_the_first_to_leave() {
        let mut window = window(30);
        for event in 0..30 {
            assert_eq!(window.count(event), Verdict::Fine);
        }

        assert_eq!(window.count(1_000), Verdict::Limited { retry_after_ms: 2_000 });
        assert_eq!(window.count(2_999), Verdict::Limited { retry_after_ms: 1 });
        assert_eq!(window.count(3_000), Verdict::Fine);
        assert_eq!(window.count(3_000), Verdict::Limited { retry_after_ms: 1 });
    }

    #[test]
    fn the_event_after_ten_times_the_limit_is_a_flood() {
        let mut window = window(30);
        for _ in 0..300 {
            assert_ne!(window.count(0), Verdict::Flood);
        }

        assert_eq!(window.count(0), Verdict::Flood);
        assert_eq!(window.count(3_000), Verdict::Fine);
    }

    #[test]
    fn refused_events_do_not_lengthen_the_wait() {
        let mut window = window(1);
        window.count(0);
        for now_ms in [1_000, 2_000, 2_999] {
            window.count(now_ms);
        }

        assert_eq!(window.count(3_000), Verdict::Fine);
    }

    #[test]
    fn a_silent_connection_holds_no_memory() {
        let mut window = window(30);
        assert!(window.recent.is_none());
        window.count(0);

        window.trim(2_999);
        assert!(window.recent.is_some());
        window.trim(3_000);
        assert!(window.recent.is_none());
    }

    #[test]
    fn a_clock_set_back_does_not_lock_a_connection_out() {
        let mut window = window(2);
        window.count(100_000);
        window.count(100_000);

        assert_eq!(window.count(0), Verdict::Fine);
    }

    #[test]
    fn a_lifted_window_allows_everything() {
        let mut window = EventWindow::new(None);

        assert!((0..10_000).all(|_| window.count(0) == Verdict::Fine));
        assert!(window.recent.is_none());
    }

    proptest! {
        #[test]
        fn never_more_than_the_limit_pass_in_any_window(
            limit in 1_u32..8,
            steps in prop::collection::vec(0_i64..1_500, 1..200),
        ) {
            let mut window = window(limit);
            let mut now_ms = 0;
            let mut passed = Vec::new();
            for step in steps {
                now_ms += step;
                let verdict = window.count(now_ms);
                if verdict == Verdict::Fine {
                    passed.push(now_ms);
                }
                let recently = passed.iter().filter(|at| now_ms - **at < WINDOW_MS).count();
                prop_assert!(recently <= usize::try_from(limit).unwrap());
                let recent = window.recent.as_ref().unwrap();
                prop_assert!(recent.len() <= usize::try_from(limit).unwrap() * FLOOD_FACTOR);
                if let Verdict::Limited { retry_after_ms } = verdict {
                    let mut patient = EventWindow::new(window.limit);
                    let handled = recent.handled.clone();
                    patient.recent = Some(Box::new(Recent { handled, refused: VecDeque::new() }));
                    let later_ms = now_ms + i64::try_from(retry_after_ms).unwrap();
                    prop_assert_eq!(patient.count(later_ms), Verdict::Fine);
                }
            }
        }
    }
}
