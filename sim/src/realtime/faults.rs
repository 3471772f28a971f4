//! What can go wrong with a realtime provider, on purpose. [`Scenario`] has a method for each.

use super::scenario::Scenario;

/// Faults of a connection; none by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults {
    /// Resets the connection after so many sent events.
    pub drop_after_events: Option<usize>,
    /// Refuses so many upgrades with this status.
    pub refuse_upgrade: Option<(u16, usize)>,
    /// Accepts, sends an error with this code and closes.
    pub error_then_close: Option<String>,
    /// Sends `session.updated` so much later.
    pub delay_updated_ms: u64,
    /// Never answers `session.update`.
    pub never_updated: bool,
    /// Before each response, ends one that never began.
    pub done_without_created: bool,
    /// Gives every two events the same id.
    pub duplicate_event_id: bool,
    /// Sends an event nobody knows after each `response.created`.
    pub unknown_event: bool,
    /// Sends so many harmless errors after `session.updated`.
    pub error_storm: usize,
    /// Makes spoken responses 30 s long and sends them within 200 ms.
    pub burst: bool,
    /// Goes dead at the client's first ping: nothing is read, answered or sent any more, and nothing closed.
    pub no_pong: bool,
    /// Reads nothing for so long after `session.updated`.
    pub stop_reading_ms: u64,
    /// So many responses end in a `server_error`, with an error event besides.
    pub server_error: usize,
    /// Goes on sending deltas for so long after a cancellation.
    pub cancel_drain_ms: u64,
}

impl Scenario {
    fn with(mut self, change: impl FnOnce(&mut Faults)) -> Self {
        change(&mut self.faults);
        self
    }

    /// Resets the connection after so many sent events.
    #[must_use]
    pub fn drop_after_events(self, count: usize) -> Self {
        self.with(|faults| faults.drop_after_events = Some(count))
    }

    /// Refuses the next `count` upgrades with this status.
    #[must_use]
    pub fn refuse_upgrade(self, status: u16, count: usize) -> Self {
        self.with(|faults| faults.refuse_upgrade = Some((status, count)))
    }

    /// Accepts, sends an error with this code and closes.
    #[must_use]
    pub fn error_then_close(self, code: &str) -> Self {
        self.with(|faults| faults.error_then_close = Some(code.to_owned()))
    }

    /// Sends `session.updated` so much later.
    #[must_use]
    pub fn delay_updated_ms(self, ms: u64) -> Self {
        self.with(|faults| faults.delay_updated_ms = ms)
    }

    /// Never answers `session.update`.
    #[must_use]
    pub fn never_updated(self) -> Self {
        self.with(|faults| faults.never_updated = true)
    }

    /// Before each response, ends one that never began.
    #[must_use]
    pub fn done_without_created(self) -> Self {
        self.with(|faults| faults.done_without_created = true)
    }

    /// Gives every two events the same id.
    #[must_use]
    pub fn duplicate_event_id(self) -> Self {
        self.with(|faults| faults.duplicate_event_id = true)
    }

    /// Sends an event nobody knows after each `response.created`.
    #[must_use]
    pub fn unknown_event(self) -> Self {
        self.with(|faults| faults.unknown_event = true)
    }

    /// Sends so many harmless errors after `session.updated`.
    #[must_use]
    pub fn error_storm(self, count: usize) -> Self {
        self.with(|faults| faults.error_storm = count)
    }

    /// Makes spoken responses 30 s long and sends them within 200 ms.
    #[must_use]
    pub fn burst(self) -> Self {
        self.with(|faults| faults.burst = true)
    }

    /// Goes dead at the client's first ping.
    #[must_use]
    pub fn no_pong(self) -> Self {
        self.with(|faults| faults.no_pong = true)
    }

    /// Reads nothing for so long after `session.updated`.
    #[must_use]
    pub fn stop_reading_ms(self, ms: u64) -> Self {
        self.with(|faults| faults.stop_reading_ms = ms)
    }

    /// So many responses end in a `server_error`, with an error event besides.
    #[must_use]
    pub fn server_error(self, count: usize) -> Self {
        self.with(|faults| faults.server_error = count)
    }

    /// Goes on sending deltas for so long after a cancellation.
    #[must_use]
    pub fn cancel_drain_ms(self, ms: u64) -> Self {
        self.with(|faults| faults.cancel_drain_ms = ms)
    }
}
