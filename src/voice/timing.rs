//! Timing of a call: its clock, its one timer, keepalives, and the drain after its end.

use crate::clock;

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep};

/// Ping interval of legs.
const PING_MS: u64 = 15_000;
/// Silence after which a leg counts as lost: two missed pings and a round trip.
const SILENCE_MAX_MS: u64 = 2 * PING_MS + 5_000;
/// Drain time of an ended call, for its legs to read what is queued and for late transcripts.
const FAREWELL_MS: u64 = 3_000;
/// Sleep of the timer when nothing is due.
const LONG_MS: u64 = 60_000;

/// The clock and the timer of one call. Times are milliseconds since it began.
#[derive(Debug)]
pub(super) struct Pace {
    began: Instant,
    timer: Pin<Box<Sleep>>,
    timer_ms: u64,
    next_ping_ms: u64,
    ping_id: u64,
    ended_ms: Option<u64>,
}

impl Pace {
    /// Of a call that begins now; its timer fires at once.
    pub(super) fn new() -> Self {
        Self {
            began: clock::instant(),
            timer: Box::pin(tokio::time::sleep(Duration::ZERO)),
            timer_ms: 0,
            next_ping_ms: PING_MS,
            ping_id: 0,
            ended_ms: None,
        }
    }

    /// Milliseconds since the call began.
    pub(super) fn now_ms(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Since when a leg must have been heard to count as alive.
    pub(super) fn alive_since_ms(&self) -> u64 {
        self.now_ms().saturating_sub(SILENCE_MAX_MS)
    }

    /// Whether the timer has fired; it wakes the task when it does.
    pub(super) fn poll_fired(&mut self, cx: &mut Context<'_>) -> bool {
        self.timer.as_mut().poll(cx).is_ready()
    }

    /// The number of the ping that is due, each once.
    pub(super) fn due_ping(&mut self) -> Option<u64> {
        let now_ms = self.now_ms();
        if now_ms < self.next_ping_ms {
            return None;
        }
        self.next_ping_ms = now_ms + PING_MS;
        self.ping_id += 1;
        Some(self.ping_id)
    }

    /// Sets the timer to what is due next: a ping, the end of the farewell, or `deadline_ms`. True when the timer has
    /// fired, or fires already.
    pub(super) fn rearm(&mut self, deadline_ms: Option<u64>, has_fired: bool, cx: &mut Context<'_>) -> bool {
        let now_ms = self.now_ms();
        let farewell_ms = self.ended_ms.map(|ended_ms| ended_ms + FAREWELL_MS);
        let due_ms = [deadline_ms, farewell_ms]
            .into_iter()
            .flatten()
            .fold(self.next_ping_ms.min(now_ms + LONG_MS), u64::min);
        if !has_fired && due_ms >= self.timer_ms {
            return false;
        }
        // A millisecond at least: a deadline that a tick does not move must not spin.
        self.timer_ms = due_ms.max(now_ms + 1);
        self.timer.as_mut().reset(self.began + Duration::from_millis(self.timer_ms));
        // A timer must be polled to wake the task; one that has elapsed is seen in the next round.
        matches!(self.timer.as_mut().poll(cx), Poll::Ready(())) || has_fired
    }

    /// The call is over; the farewell begins.
    pub(super) fn end(&mut self) {
        self.ended_ms = Some(self.now_ms());
    }

    /// Whether the call is over.
    pub(super) fn is_ended(&self) -> bool {
        self.ended_ms.is_some()
    }

    /// Whether everybody has had the time to read what is left.
    pub(super) fn is_farewell_over(&self) -> bool {
        self.ended_ms.is_some_and(|ended_ms| self.now_ms() >= ended_ms + FAREWELL_MS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn pass(ms: u64) {
        tokio::time::advance(Duration::from_millis(ms)).await;
    }

    /// One round of the timer: whether it had fired, and whether the round is to be repeated.
    async fn round(pace: &mut Pace, deadline_ms: Option<u64>) -> (bool, bool) {
        std::future::poll_fn(|cx| {
            let has_fired = pace.poll_fired(cx);
            Poll::Ready((has_fired, pace.rearm(deadline_ms, has_fired, cx)))
        })
        .await
    }

    #[tokio::test(start_paused = true)]
    async fn the_timer_fires_at_the_nearest_deadline() {
        let mut pace = Pace::new();
        pass(1).await;
        assert_eq!(round(&mut pace, Some(100)).await, (true, true), "a call looks at itself when it begins");

        assert_eq!(round(&mut pace, Some(100)).await, (false, false));
        assert_eq!(round(&mut pace, Some(50)).await, (false, false), "a nearer deadline moves it");
        pass(49).await;
        assert!(round(&mut pace, None).await.0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_deadline_that_has_passed_does_not_spin() {
        let mut pace = Pace::new();
        pass(500).await;
        round(&mut pace, Some(3)).await;

        assert_eq!(round(&mut pace, Some(3)).await, (false, false));
        pass(2).await;
        assert!(round(&mut pace, Some(3)).await.0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_ping_is_due_every_fifteen_seconds_once() {
        let mut pace = Pace::new();
        pass(14_999).await;
        assert_eq!(pace.due_ping(), None);
        pass(1).await;

        assert_eq!((pace.due_ping(), pace.due_ping()), (Some(1), None));
        pass(15_000).await;
        assert_eq!(pace.due_ping(), Some(2));
        pass(10_000).await;
        assert_eq!(pace.alive_since_ms(), 5_000);
    }

    #[tokio::test(start_paused = true)]
    async fn an_ended_call_waits_three_seconds_for_its_farewell() {
        let mut pace = Pace::new();
        pass(1_000).await;
        assert!(!pace.is_ended() && !pace.is_farewell_over());
        pace.end();
        round(&mut pace, None).await;

        pass(2_999).await;
        assert!(pace.is_ended() && !pace.is_farewell_over());
        pass(2).await;
        assert!(pace.is_farewell_over());
        assert!(round(&mut pace, None).await.0, "its end wakes the call");
    }
}
