//! Scenarios with faults: a method of [`Scenario`] for each.

use super::faults::{Faults, RefusalShape};
use super::scenario::Scenario;

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

    /// Refuses these fields of a session, by their path below it, in this shape.
    #[must_use]
    pub fn refuses_fields<'a>(self, fields: impl IntoIterator<Item = &'a str>, shape: RefusalShape) -> Self {
        self.with(|faults| {
            faults.refuses_fields = fields.into_iter().map(str::to_owned).collect();
            faults.refusal_shape = shape;
        })
    }

    /// After a tool's output, a response of the provider's own is active for so long before it is announced.
    #[must_use]
    pub fn busy_after_tool_ms(self, ms: u64) -> Self {
        self.with(|faults| faults.busy_after_tool_ms = Some(ms))
    }

    /// After a tool's output, every request for a response is refused as another is active, whatever comes.
    #[must_use]
    pub fn busy_whatever_comes(self) -> Self {
        self.with(|faults| {
            faults.busy_after_tool_ms = Some(u64::MAX);
            faults.busy_whatever_comes = true;
        })
    }

    /// Refuses so many requests for a response with this code.
    #[must_use]
    pub fn refuses_requests(self, code: &str, count: usize) -> Self {
        self.with(|faults| faults.refuses_requests = Some((code.to_owned(), count)))
    }

    /// Refuses this field of requests for a response, and never gives metadata back.
    #[must_use]
    pub fn refuses_request_field(self, field: &str) -> Self {
        self.with(|faults| faults.refuses_request_field = Some(field.to_owned()))
    }
}
