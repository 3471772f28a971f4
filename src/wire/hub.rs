//! Messages from the hub to clients: events and the data of acks.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use serde_json::value::RawValue;

#[cfg(test)]
use super::ErrorView;
#[cfg(test)]
use super::client::Nothing;
use super::{ConversationView, EntryView, SignsView, StateView, UserView, ViewCountView, VisitorView};
#[cfg(test)]
use super::{InboxViewsUpdate, NotificationUpdate, NotificationsReadUpdate, PendingUpdate};

macro_rules! hub_events {
    ($($(#[$doc:meta])* $name:ident = $text:literal: $data:ty;)*) => {
        /// The names of the events that the hub sends.
        pub mod event {
            $($(#[$doc])* pub const $name: &str = $text;)*
        }

        /// Every event that the hub sends.
        pub const HUB_EVENTS: &[&str] = &[$($text,)*];

        /// The names with the TypeScript of their data.
        #[cfg(test)]
        pub(super) fn typescript(config: &ts_rs::Config) -> Vec<(&'static str, String)> {
            vec![$(($text, <$data as ts_rs::TS>::name(config)),)*]
        }
    };
}

hub_events! {
    /// The hello of a Socket.IO connection.
    HELLO = "hello": HelloAck;
    /// Entries after a join.
    HISTORY = "session:history": HistoryView<'static>;
    /// A committed entry.
    MESSAGE_NEW = "message:new": EntryView<'static>;
    /// A piece of an assistant's reply.
    MESSAGE_DELTA = "message:delta": DeltaUpdate<'static>;
    /// A reply that will not come.
    MESSAGE_CANCELLED = "message:cancelled": CancelledUpdate;
    /// Somebody has read.
    MESSAGE_READ = "message:read": ReadUpdate;
    /// Somebody types.
    TYPING_START = "typing:start": TypingUpdate;
    /// Somebody stopped typing.
    TYPING_STOP = "typing:stop": UserUpdate;
    /// Somebody came.
    USER_JOINED = "user:joined": UserUpdate;
    /// Somebody went.
    USER_LEFT = "user:left": UserUpdate;
    /// The state changed.
    SESSION_UPDATED = "session:updated": StateUpdate;
    /// The assistant works.
    AI_PROCESSING = "ai:processing": ProcessingUpdate<'static>;
    /// The assistant is done.
    AI_COMPLETE = "ai:complete": CompleteUpdate<'static>;
    /// The assistant failed.
    AI_ERROR = "ai:error": ReplyErrorUpdate<'static>;
    /// How a supervised reply stands.
    REPLY_PENDING = "reply:pending": PendingUpdate;
    /// A conversation of the visitor changed, told to all their connections.
    USER_SESSION = "user:session": UserSessionUpdate;
    /// A conversation of the inbox changed.
    INBOX_UPDATED = "inbox:updated": InboxUpdate<'static>;
    /// A conversation was erased, or its time is over.
    SESSION_REMOVED = "session:removed": SessionRemovedUpdate;
    /// Who views a conversation, and who types in it.
    INBOX_SIGNS = "inbox:signs": SignsView;
    /// The counts of saved views changed, or the views themselves.
    INBOX_VIEWS = "inbox:views": InboxViewsUpdate;
    /// An agent came, went, or said so.
    PRESENCE_UPDATED = "presence:updated": PresenceUpdate;
    /// A limit of usage is nearly or wholly used up.
    USAGE_WARNING = "usage:warning": UsageWarning;
    /// The agent is told of something, on every connection of theirs.
    NOTIFICATION_NEW = "notification:new": NotificationUpdate;
    /// Notifications of the agent were read, here or elsewhere.
    NOTIFICATION_READ = "notification:read": NotificationsReadUpdate;
    /// Nothing else was sent for a while.
    HEARTBEAT = "heartbeat": Nothing;
    /// The server is going down.
    SERVER_DRAINING = "server:draining": DrainingUpdate;
    /// Something went wrong that nobody waits for an ack of, or a close follows.
    ERROR = "error": ErrorView<'static>;
}

/// The limits a client should keep to.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Limits"))]
pub struct LimitsView {
    /// The largest frame.
    pub frame_bytes: usize,
    /// The longest message, in Unicode code points.
    pub message_chars: usize,
    /// Rooms of one connection.
    pub rooms: usize,
    /// Events in any three seconds.
    pub events_per_3s: u32,
    /// Entries of an exact resume.
    pub history_entries: usize,
}

/// The ack of a hello.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct HelloAck {
    /// This connection.
    pub connection_id: String,
    /// Who the hub takes the client for.
    pub user: UserView,
    /// Their org.
    pub org_id: String,
    /// The hub's clock, RFC 3339: what comes with a moment is counted down by it.
    pub time: String,
    /// How often the hub is heard from at least, in milliseconds.
    #[cfg_attr(test, ts(type = "number"))]
    pub heartbeat_ms: u64,
    /// What to keep to.
    pub limits: LimitsView,
    /// Name and version.
    pub server: String,
}

/// The ack of a join.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct JoinAck {
    /// Who is there, the caller included.
    pub members: Vec<UserView>,
    /// The state.
    pub state: StateView,
}

/// The ack of everything that changes the state.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct StateAck {
    /// The state after it.
    pub state: StateView,
}

/// A visitor's conversation, for the visitor.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = Session)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Session"))]
pub struct SessionView {
    /// Its id.
    pub id: String,
    /// Identifies the stored history; changes only if the history was lost or restored from a backup.
    pub epoch: String,
    /// Its state.
    pub state: StateView,
    /// When it began.
    pub created_at: String,
}

/// What became of a conversation of the visitor, for all their connections.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "UserSession"))]
pub struct UserSessionUpdate {
    /// The conversation.
    pub session: SessionView,
    /// Up to and with this `seq` the visitor has read it.
    #[cfg_attr(test, ts(type = "number"))]
    pub read: u64,
    /// What happened.
    #[cfg_attr(test, ts(type = "'created' | 'message' | 'read' | 'closed'"))]
    pub reason: &'static str,
}

/// The ack of what a visitor tells of themself.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct VisitorAck {
    /// The visitor after it.
    pub visitor: VisitorView,
}

/// The ack of a message.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SendAck<'a> {
    /// The committed entry.
    pub entry: EntryView<'a>,
    /// Whether it had been committed before.
    pub duplicate: bool,
}

/// `session:history`: one of several parts.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "History"))]
pub struct HistoryView<'a> {
    /// Which conversation.
    pub session_id: &'a str,
    /// Changes only when history can no longer be trusted.
    pub epoch: &'a str,
    /// Whether these are exactly the entries after the client's position.
    pub recovered: bool,
    /// 0, 1, …
    pub part: u32,
    /// Whether this is the last part.
    #[serde(rename = "final")]
    pub is_final: bool,
    /// Ascending.
    #[cfg_attr(test, ts(type = "Array<Entry>"))]
    pub entries: &'a [Box<RawValue>],
    /// The first `seq` of this audience in the conversation.
    #[cfg_attr(test, ts(type = "number"))]
    pub first_seq: u64,
    /// The last `seq` of this audience in the conversation.
    #[cfg_attr(test, ts(type = "number"))]
    pub last_seq: u64,
    /// Whether there are older entries than these.
    pub has_more: bool,
    /// The state.
    pub state: &'a StateView,
    /// How far everybody has read.
    #[cfg_attr(test, ts(type = "Record<string, number>"))]
    pub read: &'a BTreeMap<String, u64>,
}

/// `message:read`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ReadUpdate {
    /// Which conversation.
    pub session_id: String,
    /// Who.
    pub user: UserView,
    /// Up to and with this `seq`.
    #[cfg_attr(test, ts(type = "number"))]
    pub seq: u64,
}

/// `typing:start` and `typing:stop`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TypingUpdate {
    /// Which conversation.
    pub session_id: String,
    /// Who.
    pub user: UserView,
    /// What the visitor has written so far; agents only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "string"))]
    pub preview: Option<Arc<str>>,
}

/// `message:delta`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Delta"))]
pub struct DeltaUpdate<'a> {
    /// Which conversation.
    pub session_id: String,
    /// The id that the reply's entry will have.
    pub message_id: String,
    /// Unicode code points of this reply before `text`.
    #[cfg_attr(test, ts(type = "number"))]
    pub offset: u64,
    /// The piece.
    pub text: &'a str,
}

/// `message:cancelled`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Cancelled"))]
pub struct CancelledUpdate {
    /// Which conversation.
    pub session_id: String,
    /// The reply that will not come.
    pub message_id: String,
    /// `takeover`, `release`, `closed`, `error` or `superseded`.
    pub reason: &'static str,
}

/// `ai:processing`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ProcessingUpdate<'a> {
    /// Which conversation.
    pub session_id: String,
    /// The reply.
    pub message_id: String,
    /// `thinking` or `tool`.
    #[cfg_attr(test, ts(type = "'thinking' | 'tool'"))]
    pub stage: &'static str,
    /// The tool.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub tool: Option<&'a str>,
}

/// `ai:complete`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CompleteUpdate<'a> {
    /// Which conversation.
    pub session_id: String,
    /// The reply.
    pub message_id: String,
    /// What it used; agents only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "ReplyUsage"))]
    pub usage: Option<&'a RawValue>,
}

/// What a finished reply used, as agents see it.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ReplyUsage {
    /// The model of the last request.
    pub model: Option<String>,
    /// Requests to models.
    pub calls: usize,
    /// Tokens of the requests.
    #[cfg_attr(test, ts(type = "number"))]
    pub input_tokens: u64,
    /// Of these, tokens that the provider had cached.
    #[cfg_attr(test, ts(type = "number"))]
    pub cached_input_tokens: u64,
    /// Tokens of the answers.
    #[cfg_attr(test, ts(type = "number"))]
    pub output_tokens: u64,
    /// Cost in US dollars.
    pub cost_usd: f64,
    /// Time of all requests.
    #[cfg_attr(test, ts(type = "number"))]
    pub latency_ms: u64,
    /// Time to the first token.
    #[cfg_attr(test, ts(type = "number | null"))]
    pub first_token_ms: Option<u64>,
    /// Whether any count is estimated.
    pub is_estimate: bool,
}

/// `ai:error`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ReplyErrorUpdate<'a> {
    /// Which conversation.
    pub session_id: String,
    /// The reply.
    pub message_id: String,
    /// A stable code.
    pub code: &'a str,
    /// For people.
    pub message: &'a str,
    /// Whether another try may do better.
    pub retry: bool,
    /// Numbers of a limit that was reached; agents only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "Record<string, unknown>"))]
    pub details: Option<&'a RawValue>,
}

/// `user:joined` and `user:left`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct UserUpdate {
    /// Which conversation.
    pub session_id: String,
    /// Who.
    pub user: UserView,
}

/// `session:updated`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct StateUpdate {
    /// Which conversation.
    pub session_id: String,
    /// The state.
    pub state: StateView,
}

/// `server:draining`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DrainingUpdate {
    /// When to connect again.
    #[cfg_attr(test, ts(type = "number"))]
    pub reconnect_after_ms: u64,
}

/// How many conversations each view has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Counts"))]
pub struct CountsView {
    /// Assigned to the caller.
    #[cfg_attr(test, ts(type = "number"))]
    pub mine: u64,
    /// Assigned to nobody.
    #[cfg_attr(test, ts(type = "number"))]
    pub unassigned: u64,
    /// Waiting for a person.
    #[cfg_attr(test, ts(type = "number"))]
    pub waiting: u64,
    /// Put aside.
    #[cfg_attr(test, ts(type = "number"))]
    pub snoozed: u64,
    /// Answered by the caller, with the visitor's words last.
    #[cfg_attr(test, ts(type = "number"))]
    pub my_turn: u64,
    /// Not closed.
    #[cfg_attr(test, ts(type = "number"))]
    pub all: u64,
}

/// The ack of `inbox:subscribe`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct InboxAck {
    /// The newest 50.
    pub conversations: Vec<ConversationView>,
    /// Of all views.
    pub counts: CountsView,
    /// Of the saved views that can be counted.
    pub views: Vec<ViewCountView>,
    /// For the rest, by REST.
    pub next_cursor: Option<String>,
    /// Who views and who types, where anybody does.
    pub signs: Vec<SignsView>,
}

/// `inbox:updated`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct InboxUpdate<'a> {
    /// The conversation as it is now.
    #[cfg_attr(test, ts(type = "ConversationSummary"))]
    pub conversation: &'a RawValue,
    /// Of all views.
    pub counts: CountsView,
    /// `created`, `message`, `handoff`, `takeover`, `release`, `assigned`, `closed`, `read`, `tagged`, `insight`, `rated` or `visitor`.
    pub reason: &'static str,
}

/// `session:removed`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SessionRemovedUpdate {
    /// The conversation that is no longer stored.
    pub session_id: String,
}

/// `presence:updated`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PresenceUpdate {
    /// Who.
    pub user: UserView,
    /// `online`, `away`, `busy` or `offline`.
    #[cfg_attr(test, ts(type = "'online' | 'away' | 'busy' | 'offline'"))]
    pub status: &'static str,
}

/// `usage:warning`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct UsageWarning {
    /// Which limit, by the name of its setting.
    pub limit: &'static str,
    /// How much of it is used at least: 80 or 100.
    pub percent: u8,
    /// `hard` where the assistant stops at 100, otherwise `soft`.
    #[cfg_attr(test, ts(type = "'soft' | 'hard'"))]
    pub mode: &'static str,
    /// When it starts over.
    pub resets_at: String,
}
