//! When the stages of answering a turn are over, counted from the visitor's last sound.

use tokio::time::Instant;

use crate::clock;
use crate::providers::realtime::TurnTimes;

/// Follows the turn that is being answered.
#[derive(Debug, Default)]
pub(super) struct TurnClock {
    /// When the visitor was heard last.
    silent_since: Option<Instant>,
    turn_over_ms: u64,
    recognised_ms: Option<u64>,
    answered_ms: Option<u64>,
}

impl TurnClock {
    /// The visitor's turn is over; they were heard last then, where that is known.
    pub(super) fn end_turn(&mut self, silent_since: Option<Instant>) {
        let now = clock::instant();
        let silent_since = silent_since.unwrap_or(now);
        *self = Self {
            silent_since: Some(silent_since),
            turn_over_ms: ms_between(silent_since, now),
            ..Self::default()
        };
    }

    /// It is in words.
    pub(super) fn recognise(&mut self) {
        self.recognised_ms = self.elapsed_ms();
    }

    /// The first words of its answer have come.
    pub(super) fn answer(&mut self) {
        if self.recognised_ms.is_some() && self.answered_ms.is_none() {
            self.answered_ms = self.elapsed_ms();
        }
    }

    /// The first sentence of an answer is spoken. Gives the times once for every turn that was answered.
    pub(super) fn speak(&mut self) -> Option<TurnTimes> {
        let (recognised_ms, answered_ms) = self.recognised_ms.zip(self.answered_ms.take())?;
        let spoken_ms = self.elapsed_ms()?;
        self.recognised_ms = None;
        Some(TurnTimes { turn_over_ms: self.turn_over_ms, recognised_ms, answered_ms, spoken_ms })
    }

    fn elapsed_ms(&self) -> Option<u64> {
        self.silent_since.map(|since| ms_between(since, clock::instant()))
    }
}

fn ms_between(from: Instant, to: Instant) -> u64 {
    u64::try_from(to.saturating_duration_since(from).as_millis()).unwrap_or(u64::MAX)
}
