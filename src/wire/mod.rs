//! The wire contract in types: what clients send, what the hub sends, and how it says no.
//!
//! PROTOCOL.md describes these names in words and a test holds the two together; the TypeScript types of
//! the pages are generated from here. The domain's own types live in `rooms`; this is the only place where
//! the older word `session` stands for a conversation.

mod cards;
mod client;
mod codes;
mod entry;
mod error;
mod frame;
mod hub;
mod inbox;
mod names;
mod notification;
mod present;
mod rating;
mod signs;
mod snooze;
mod state;
mod supervision;
mod text;
mod time;
#[cfg(test)]
pub(crate) mod typescript;
mod user;
mod views;
mod visitor;
mod voice;

pub use cards::{CARDS_MAX, Card};
pub use client::{
    AssignData, Budget, CLIENT_EVENTS, ClientEvent, HandoffData, HelloData, JoinData, PresenceStatus,
    ReadData, ReleaseData, ReleaseTarget, SendData, SendKind, SessionData, TakeoverData, TypingData,
};
pub use codes::{CloseCode, ErrorCode};
pub use entry::{AttachmentView, EntryView, interruption_name};
pub use error::{ErrorView, Holder, WireError};
pub use frame::Frame;
pub use hub::{
    CancelledUpdate, CompleteUpdate, CountsView, DeltaUpdate, DrainingUpdate, HUB_EVENTS, HelloAck,
    HistoryView, InboxAck, InboxUpdate, JoinAck, LimitsView, PresenceUpdate, ProcessingUpdate, ReadUpdate,
    ReplyErrorUpdate, ReplyUsage, SendAck, SessionRemovedUpdate, SessionView, StateAck, StateUpdate,
    TypingUpdate, UsageWarning, UserSessionUpdate, UserUpdate, VisitorAck, event,
};
pub use inbox::{InboxFilter, InboxSort, InboxStatus, InboxView, InboxViewsUpdate, ViewCountView};
pub use names::{parse_priority, priority_name, role_name, status_name, user_kind_name};
pub use notification::{
    NotificationLimitView, NotificationUpdate, NotificationView, NotificationVisitorView,
    NotificationsReadUpdate,
};
pub use present::present;
pub use rating::{RateAck, RateData, RateMessageData, RatingView};
pub use signs::{SignsView, ViewingData};
pub use snooze::SnoozeData;
pub use state::{
    AgentState, ConversationView, HandoffView, InsightView, LastMessageView, MainVisitorView, PageView,
    ResponderView, StateView, VisitorState, VisitorView,
};
pub use supervision::{
    ApprovalView, EditReplyData, ModeData, PendingReplyView, PendingUpdate, ReplyData, SettledView,
    StopReplyData, parse_at_deadline, parse_reply_mode, reply_mode_name,
};
pub(crate) use text::without_nul;
pub use text::{TextFault, check_json_text};
pub use time::{parse_moment, rfc3339};
pub use user::UserView;
pub use views::{conversation_view, last_message_view, visitor_view};
pub use visitor::{PageViewData, VisitorUpdateData};
pub use voice::{
    VOICE_TEXT_MAX_CHARS, VoiceDown, VoiceHello, VoiceLimits, VoiceNotice, VoicePlayed, VoiceResume,
    VoiceSign, VoiceState, VoiceTurn, VoiceUp, parse_voice_hello,
};
