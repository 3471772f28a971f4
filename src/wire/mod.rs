//! The wire contract in types: what clients send, what the hub sends, and how it says no.
//!
//! PROTOCOL.md describes these names in words and a test holds the two together; the TypeScript types of
//! the pages are generated from here. The domain's own types live in `rooms`; this is the only place where
//! the older word `session` stands for a conversation.

mod client;
mod codes;
mod entry;
mod error;
mod frame;
mod hub;
mod names;
mod state;
mod text;
mod time;
#[cfg(test)]
pub(crate) mod typescript;
mod user;
mod views;
mod voice;

pub use client::{
    AssignData, Budget, CLIENT_EVENTS, ClientEvent, HandoffData, HelloData, InboxFilter, InboxView, JoinData,
    PresenceStatus, ReadData, ReleaseData, ReleaseTarget, SendData, SendKind, SessionData, TakeoverData,
    TypingData,
};
pub use codes::{CloseCode, ErrorCode};
pub use entry::{AttachmentView, EntryView, interruption_name};
pub use error::{ErrorView, Holder, WireError};
pub use frame::Frame;
pub use hub::{
    CancelledUpdate, CompleteUpdate, CountsView, DeltaUpdate, DrainingUpdate, HUB_EVENTS, HelloAck,
    HistoryView, InboxAck, InboxUpdate, JoinAck, LimitsView, PresenceUpdate, ProcessingUpdate, ReadUpdate,
    ReplyErrorUpdate, ReplyUsage, SendAck, StateAck, StateUpdate, TypingUpdate, UsageWarning, UserUpdate,
    event,
};
pub use names::{parse_priority, priority_name, role_name, status_name, user_kind_name};
pub use state::{
    AgentState, ConversationView, HandoffView, InsightView, LastMessageView, PageView, ResponderView,
    StateView, VisitorState, VisitorView,
};
pub(crate) use text::without_nul;
pub use text::{TextFault, check_json_text};
pub use time::rfc3339;
pub use user::UserView;
pub use views::{conversation_view, visitor_view};
pub use voice::{
    VOICE_TEXT_MAX_CHARS, VoiceDown, VoiceHello, VoiceLimits, VoiceNotice, VoicePlayed, VoiceResume,
    VoiceSign, VoiceState, VoiceTurn, VoiceUp, parse_voice_hello,
};
