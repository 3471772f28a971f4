//! Messages from clients to the hub: one table of events for both transports.

use rooms::{ConversationId, ReleaseTo};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::inbox::{InboxData, InboxFilter};
use super::{
    EditReplyData, FocusData, ModeData, PageViewData, RateData, RateMessageData, ReplyData, SnoozeData,
    StopReplyData, VisitorUpdateData, WireError, check_json_text, present,
};
#[cfg(test)]
use super::{InboxAck, JoinAck, RateAck, SendAck, StateAck, VisitorAck};
use crate::model::Patch;

/// The first frame of a native connection.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
pub struct HelloData {
    /// Who connects.
    pub token: String,
    /// The client's name and version.
    #[serde(default)]
    pub client: Option<String>,
    /// Which channel a site's own token is for, where several name its issuer.
    #[serde(default)]
    pub channel_key: Option<String>,
    /// One per tab; a newer connection with the same one replaces the older.
    #[serde(default)]
    pub client_id: Option<String>,
}

/// Data that only names a conversation.
#[derive(Debug, Clone)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SessionData {
    /// Which.
    pub session_id: String,
}

impl<'de> Deserialize<'de> for SessionData {
    /// Also a bare id: earlier clients send that.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        JoinData::deserialize(deserializer).map(|data| Self { session_id: data.session_id })
    }
}

/// `join:session`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
pub struct JoinData {
    /// Which.
    pub session_id: String,
    /// The position to go on from.
    pub after: Option<u64>,
    /// The epoch of that position.
    pub epoch: Option<String>,
    /// How many entries at most, without a position.
    pub limit: Option<u64>,
}

impl<'de> Deserialize<'de> for JoinData {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Object {
            #[serde(alias = "sessionId")]
            session_id: String,
            #[serde(default)]
            after: Option<u64>,
            #[serde(default)]
            epoch: Option<String>,
            #[serde(default)]
            limit: Option<u64>,
        }
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "an object with session_id expected, or the bare id")]
        enum Either {
            Bare(String),
            Object(Object),
        }
        Ok(match Either::deserialize(deserializer)? {
            Either::Bare(session_id) => Self { session_id, ..Self::default() },
            Either::Object(Object { session_id, after, epoch, limit }) => {
                Self { session_id, after, epoch, limit }
            }
        })
    }
}

/// What a sent message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum SendKind {
    /// Words for everybody.
    #[default]
    Message,
    /// Words that visitors never see.
    Note,
}

/// `message:send`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
pub struct SendData {
    /// Where.
    #[serde(alias = "sessionId")]
    pub session_id: String,
    /// The sender's own id of it: 1 to 64 of `A-Z a-z 0-9 _ -`.
    #[serde(default, alias = "clientMessageId")]
    pub client_message_id: Option<String>,
    /// The words.
    pub content: String,
    /// Ids of files that its sender uploaded to this conversation, at most 10.
    #[serde(default)]
    pub attachments: Option<Vec<String>>,
    /// Message or note.
    #[serde(default)]
    pub kind: Option<SendKind>,
    /// The entry it answers.
    #[serde(default)]
    pub reply_to: Option<String>,
    /// A flat object of the sender's, at most 4 KiB.
    #[serde(default)]
    #[cfg_attr(test, ts(optional, type = "Record<string, unknown>"))]
    pub metadata: Option<Box<RawValue>>,
}

/// `typing:start` and `typing:stop`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
pub struct TypingData {
    /// Where.
    #[serde(alias = "sessionId")]
    pub session_id: String,
    /// What the visitor has written so far, for agents.
    #[serde(default)]
    pub preview: Option<String>,
}

/// `message:read`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
pub struct ReadData {
    /// Where.
    #[serde(alias = "sessionId")]
    pub session_id: String,
    /// Up to and with this `seq`.
    pub seq: u64,
}

/// `handoff:request`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
pub struct HandoffData {
    /// Where.
    #[serde(alias = "sessionId")]
    pub session_id: String,
    /// Why.
    #[serde(default)]
    pub reason: Option<String>,
}

/// `session:takeover`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
pub struct TakeoverData {
    /// Where.
    #[serde(alias = "sessionId")]
    pub session_id: String,
    /// The number the caller saw.
    #[serde(default)]
    pub takeover: Option<u64>,
    /// The agent to take it from.
    #[serde(default)]
    pub from: Option<String>,
}

/// Who answers after a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum ReleaseTarget {
    /// The assistant.
    Assistant,
    /// The queue.
    Waiting,
}

impl From<ReleaseTarget> for ReleaseTo {
    fn from(target: ReleaseTarget) -> Self {
        match target {
            ReleaseTarget::Assistant => Self::Assistant,
            ReleaseTarget::Waiting => Self::Waiting,
        }
    }
}

/// `session:release`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
pub struct ReleaseData {
    /// Where.
    #[serde(alias = "sessionId")]
    pub session_id: String,
    /// Who answers next; the channel says where absent.
    #[serde(default)]
    pub to: Option<ReleaseTarget>,
}

/// `session:assign`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
pub struct AssignData {
    /// Where.
    #[serde(alias = "sessionId")]
    pub session_id: String,
    /// To whom; null takes the assignment away.
    #[serde(deserialize_with = "present")]
    #[cfg_attr(test, ts(optional = false))]
    pub agent_id: Option<String>,
    /// The assignee the caller saw; absent where they do not care.
    #[serde(default)]
    #[cfg_attr(test, ts(as = "Option<String>", optional = nullable))]
    pub expected: Patch<String>,
}

/// What an agent says of themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "AgentStatus"))]
pub enum PresenceStatus {
    /// Here.
    Online,
    /// Not at the desk.
    Away,
    /// Here, but not for new ones.
    Busy,
}

#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(super) struct PresenceData {
    status: PresenceStatus,
}

/// No data, and the ack of what has nothing to answer.
#[derive(Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Empty"))]
pub(super) struct Nothing {}

/// What an event counts towards (PROTOCOL.md section 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Budget {
    /// Everything without a budget of its own.
    Events,
    /// Joins.
    Joins,
    /// Leaves.
    Leaves,
    /// Reads.
    Reads,
    /// Typing: merged, never refused.
    Typing,
}

macro_rules! client_events {
    ($($(#[$doc:meta])* $name:literal => $variant:ident($data:ty) -> $ack:ty $(, via $raw:ty: $convert:expr)?;)*) => {
        /// An event of a client with its data.
        #[derive(Debug, Clone)]
        pub enum ClientEvent { $($(#[$doc])* $variant($data),)* }

        /// The names of all events a client may send after its hello.
        pub const CLIENT_EVENTS: &[&str] = &[$($name,)*];

        impl ClientEvent {
            /// The name on the wire.
            #[must_use]
            pub fn name(&self) -> &'static str {
                match self { $(Self::$variant(_) => $name,)* }
            }

            /// The names with the TypeScript of their data and acks.
            #[cfg(test)]
            pub(super) fn typescript(config: &ts_rs::Config) -> Vec<(&'static str, String, String)> {
                vec![$(($name, client_events!(@sent config, $data $(, $raw)?), <$ack as ts_rs::TS>::name(config)),)*]
            }

            fn decode(name: &str, json: &str) -> Result<Option<Self>, serde_json::Error> {
                Ok(Some(match name {
                    $($name => Self::$variant(client_events!(@data json, $data $(, $raw: $convert)?)),)*
                    _ => return Ok(None),
                }))
            }
        }
    };
    (@sent $config:ident, $data:ty) => { <$data as ts_rs::TS>::name($config) };
    (@sent $config:ident, $data:ty, $raw:ty) => { <$raw as ts_rs::TS>::name($config) };
    (@data $json:expr, $data:ty) => { serde_json::from_str::<$data>($json)? };
    (@data $json:expr, $data:ty, $raw:ty: $convert:expr) => { $convert(serde_json::from_str::<$raw>($json)?) };
}

client_events! {
    /// Come in and get the history.
    "join:session" => Join(JoinData) -> JoinAck;
    /// Go out.
    "leave:session" => Leave(SessionData) -> Nothing;
    /// Write.
    "message:send" => Send(SendData) -> SendAck<'static>;
    /// Type.
    "typing:start" => TypingStart(TypingData) -> Nothing;
    /// Stop typing.
    "typing:stop" => TypingStop(TypingData) -> Nothing;
    /// Say how far one has read.
    "message:read" => Read(ReadData) -> Nothing;
    /// Ask for a person.
    "handoff:request" => Handoff(HandoffData) -> StateAck;
    /// Become the responder.
    "session:takeover" => Takeover(TakeoverData) -> StateAck;
    /// Hand back.
    "session:release" => Release(ReleaseData) -> StateAck;
    /// Set the assignee.
    "session:assign" => Assign(AssignData) -> StateAck;
    /// Close.
    "session:end" => End(SessionData) -> StateAck;
    /// Ask the assistant for another try.
    "message:retry" => Retry(SessionData) -> StateAck;
    /// Choose when the assistant's replies go out.
    "session:mode" => SetMode(ModeData) -> StateAck;
    /// Put a conversation aside.
    "session:snooze" => Snooze(SnoozeData) -> StateAck;
    /// Hold a reply back.
    "reply:hold" => HoldReply(ReplyData) -> StateAck;
    /// Let a reply go out.
    "reply:send" => SendReply(ReplyData) -> StateAck;
    /// Let a reply go out in other words.
    "reply:edit" => EditReply(EditReplyData) -> StateAck;
    /// Stop a reply.
    "reply:stop" => StopReply(StopReplyData) -> StateAck;
    /// Rate an answer of the assistant.
    "message:rate" => RateMessage(RateMessageData) -> RateAck<'static>;
    /// Rate a closed conversation.
    "session:rate" => Rate(RateData) -> RateAck<'static>;
    /// Watch the inbox.
    "inbox:subscribe" => InboxSubscribe(InboxFilter) -> InboxAck, via InboxData: |data: InboxData| data.filter.unwrap_or_default();
    /// Stop watching it.
    "inbox:unsubscribe" => InboxUnsubscribe(()) -> Nothing, via Nothing: |_: Nothing| ();
    /// Tell of oneself.
    "visitor:update" => UpdateVisitor(VisitorUpdateData) -> VisitorAck;
    /// Tell which page one is on.
    "page:view" => ViewPage(PageViewData) -> Nothing;
    /// Say whether one is there.
    "presence:set" => PresenceSet(PresenceStatus) -> Nothing, via PresenceData: |data: PresenceData| data.status;
    /// Say which conversation one looks at.
    "session:focus" => Focus(FocusData) -> Nothing;
}

impl ClientEvent {
    /// Reads an event by its name; no data counts as `{}`.
    ///
    /// # Errors
    /// `bad_request` for an unknown event, data of the wrong shape, NUL and lone surrogates.
    pub fn parse(name: &str, data: Option<&str>) -> Result<Self, WireError> {
        let json = match data {
            None | Some("null") => "{}",
            Some(json) => json,
        };
        check_json_text(json).map_err(|fault| WireError::bad_request(fault.message()))?;
        match Self::decode(name, json) {
            Ok(Some(event)) => Ok(event),
            Ok(None) => Err(WireError::bad_request("unknown event")),
            Err(error) => Err(WireError::bad_request(format!("bad data for {name}: {error}"))),
        }
    }

    /// Which budget of a connection it counts towards.
    #[must_use]
    pub fn budget(&self) -> Budget {
        match self {
            Self::Join(_) => Budget::Joins,
            Self::Leave(_) => Budget::Leaves,
            Self::Read(_) => Budget::Reads,
            Self::TypingStart(_) | Self::TypingStop(_) => Budget::Typing,
            _ => Budget::Events,
        }
    }

    /// The conversation it is about, where its data names one.
    #[must_use]
    pub fn conversation(&self) -> Option<ConversationId> {
        let session_id = match self {
            Self::Join(data) => &data.session_id,
            Self::Leave(data) | Self::End(data) | Self::Retry(data) => &data.session_id,
            Self::Send(data) => &data.session_id,
            Self::TypingStart(data) | Self::TypingStop(data) => &data.session_id,
            Self::Read(data) => &data.session_id,
            Self::Handoff(data) => &data.session_id,
            Self::Takeover(data) => &data.session_id,
            Self::Release(data) => &data.session_id,
            Self::Assign(data) => &data.session_id,
            Self::SetMode(data) => &data.session_id,
            Self::Snooze(data) => &data.session_id,
            Self::HoldReply(data) | Self::SendReply(data) => &data.session_id,
            Self::EditReply(data) => &data.session_id,
            Self::StopReply(data) => &data.session_id,
            Self::RateMessage(data) => &data.session_id,
            Self::Rate(data) => &data.session_id,
            Self::UpdateVisitor(_)
            | Self::ViewPage(_)
            | Self::InboxSubscribe(_)
            | Self::InboxUnsubscribe(())
            | Self::PresenceSet(_) => return None,
            Self::Focus(data) => data.session_id.as_ref()?,
        };
        session_id.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn earlier_spellings_are_understood() {
        for (name, json) in [
            ("join:session", r#""018f""#),
            ("leave:session", r#""018f""#),
            ("join:session", r#"{"sessionId":"018f","later":1}"#),
            ("message:send", r#"{"sessionId":"018f","clientMessageId":"a","content":"x"}"#),
        ] {
            assert!(ClientEvent::parse(name, Some(json)).is_ok(), "{name} {json}");
        }
    }

    #[test]
    fn what_is_wrong_is_a_bad_request() {
        for (name, json) in [
            ("nonsense", "{}"),
            ("message:send", r#"{"session_id":"018f"}"#),
            ("message:send", r#"{"session_id":"018f","content":7}"#),
            ("message:send", r#"{"session_id":"018f","content":"\u0000"}"#),
            ("message:send", r#"{"session_id":"018f","content":"\ud800"}"#),
            ("session:assign", r#"{"session_id":"018f"}"#),
            ("presence:set", r#"{"status":"asleep"}"#),
        ] {
            let error = ClientEvent::parse(name, Some(json)).unwrap_err();
            assert_eq!(error.code.as_str(), "bad_request", "{name} {json}");
        }
    }

    #[test]
    fn an_expected_null_differs_from_no_expectation() {
        let parse = |json| match ClientEvent::parse("session:assign", Some(json)) {
            Ok(ClientEvent::Assign(data)) => data.expected,
            other => panic!("{other:?}"),
        };

        assert_eq!(parse(r#"{"session_id":"x","agent_id":null}"#), Patch::Keep);
        assert_eq!(parse(r#"{"session_id":"x","agent_id":null,"expected":null}"#), Patch::Clear);
    }
}
