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
    /// Fields of a session that are refused, the first of them that comes.
    pub refuses_fields: Vec<String>,
    /// In which shape.
    pub refusal_shape: RefusalShape,
    /// After a tool's output, a response of the provider's own is active for so long before it is announced;
    /// `u64::MAX` is for ever, until it is cancelled.
    pub busy_after_tool_ms: Option<u64>,
    /// Cancelling does not end that response.
    pub busy_whatever_comes: bool,
    /// Refuses so many requests for a response with this code.
    pub refuses_requests: Option<(String, usize)>,
    /// Refuses this field of requests for a response, and never gives metadata back.
    pub refuses_request_field: Option<String>,
}

/// How a server says that it does not take a field of a session.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RefusalShape {
    /// `param` with the whole path.
    #[default]
    Param,
    /// `param` with the path below `session`.
    BareParam,
    /// The path in the message alone, and no id of the event.
    Message,
    /// Nothing but that something is wrong with this event.
    Nameless,
    /// `param`, and then the connection is closed.
    ParamAndClose,
    /// The connection is closed with this code, and the path in its reason.
    CloseNaming(u16),
    /// The connection is closed with this code and no word.
    Close(u16),
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
