//! Scenarios of full-duplex sessions: a method of [`Scenario`] for each of their rules.

use super::rules::LiveRules;
use crate::realtime::scenario::Scenario;

impl Scenario {
    fn live(mut self, change: impl FnOnce(&mut LiveRules)) -> Self {
        change(&mut self.live);
        self
    }

    /// A full-duplex session falls silent when it was spoken over for so long.
    #[must_use]
    pub fn yields_after_ms(self, ms: u64) -> Self {
        self.live(|live| live.yields_after_ms = ms)
    }

    /// A full-duplex session ends at this time of its clock: `expired`, `content`, `remote_hangup`, `connection_lost`.
    #[must_use]
    pub fn closes_at(self, clock_ms: u64, reason: &str) -> Self {
        self.live(|live| live.closes_at = Some((clock_ms, reason.to_owned())))
    }

    /// A full-duplex session says this while a task is with somebody else.
    #[must_use]
    pub fn acknowledges(self, words: &str) -> Self {
        self.live(|live| live.acknowledges = Some(words.to_owned()))
    }
}
