//! What can go wrong with a realtime provider, on purpose.

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
