//! The one shape in which every transport says no.

use std::borrow::Cow;

use rooms::{Refusal, User};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{CloseCode, ErrorCode, UserView};

/// A refusal or failure as a client sees it: a code, words, and whether to try again.
#[derive(Debug, Clone, PartialEq)]
pub struct WireError {
    /// What it is.
    pub code: ErrorCode,
    /// Lower-case words that name the thing.
    pub message: Cow<'static, str>,
    /// When to try again, in milliseconds, where that is known.
    pub retry_after_ms: Option<u64>,
    /// Who holds the conversation, for `already_taken` and `not_holder`.
    pub holder: Option<Option<UserView>>,
    /// Why it is forbidden, where there is more to say.
    pub reason: Option<&'static str>,
    /// More about it, for clients, where there is more to say.
    pub details: Option<Box<serde_json::Value>>,
    /// The event that failed, where it asked for no ack.
    pub reference: Option<Box<str>>,
    /// The close code that follows, on transports without close codes.
    pub close: Option<u16>,
}

impl WireError {
    /// An error with its words.
    pub fn new(code: ErrorCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            message: message.into(),
            retry_after_ms: None,
            holder: None,
            reason: None,
            details: None,
            reference: None,
            close: None,
        }
    }

    /// `bad_request` with its words.
    pub fn bad_request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::BadRequest, message)
    }

    /// The one answer for what does not exist and for what belongs to somebody else.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(ErrorCode::NotFound, "no such thing, or not yours to see")
    }

    /// The caller's kind may not do this.
    pub fn forbidden(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::Forbidden, message)
    }

    /// No valid token.
    #[must_use]
    pub fn unauthenticated() -> Self {
        Self::new(ErrorCode::Unauthenticated, "a valid token is needed")
    }

    /// Too many in too short a time.
    #[must_use]
    pub fn rate_limited(retry_after_ms: u64) -> Self {
        Self {
            retry_after_ms: Some(retry_after_ms),
            ..Self::new(ErrorCode::RateLimited, "too many requests; slow down")
        }
    }

    /// Storage cannot be reached; nothing was stored.
    #[must_use]
    pub fn unavailable() -> Self {
        Self::new(ErrorCode::Unavailable, "storage cannot be reached; nothing was stored, try again")
    }

    /// A fault of the server, whose cause is in its log.
    #[must_use]
    pub fn internal() -> Self {
        Self::new(ErrorCode::Internal, "the server failed; its log says why")
    }

    /// What is said before a close, on transports without close codes.
    #[must_use]
    pub fn closing(code: CloseCode, retry_after_ms: Option<u64>) -> Self {
        let message = if code.says_reconnect() { "closing; reconnect" } else { "closing; do not reconnect" };
        Self { close: Some(code.number()), retry_after_ms, ..Self::new(code.error(), message) }
    }

    /// The same error with more about it.
    #[must_use]
    pub fn with_details(self, details: serde_json::Value) -> Self {
        Self { details: Some(Box::new(details)), ..self }
    }

    /// The same error, naming the event that failed.
    #[must_use]
    pub fn about(self, event: &str) -> Self {
        Self { reference: Some(event.into()), ..self }
    }
}

impl From<Refusal> for WireError {
    fn from(refusal: Refusal) -> Self {
        let held = |code, message: String, holder: Option<User>| Self {
            holder: Some(holder.as_ref().map(UserView::from)),
            ..Self::new(code, message)
        };
        match refusal {
            Refusal::Closed => Self::new(ErrorCode::ConversationClosed, "this conversation is closed"),
            Refusal::AlreadyTaken { holder } => {
                let message = format!("{} already holds this conversation", holder.name);
                held(ErrorCode::AlreadyTaken, message, Some(holder))
            }
            Refusal::NotHolder { holder } => {
                held(ErrorCode::NotHolder, "take this conversation over first".to_owned(), holder)
            }
            Refusal::HandoffDisabled => {
                Self::new(ErrorCode::HandoffDisabled, "this channel does not offer people")
            }
            Refusal::Conflict => Self::new(ErrorCode::Conflict, "it has changed since you looked"),
            Refusal::Superseded => Self::new(ErrorCode::Conflict, "this reply has ended"),
            Refusal::NothingToAnswer => {
                Self::new(ErrorCode::Conflict, "there is nothing that the assistant should answer now")
            }
            Refusal::InCall { call } => Self::new(ErrorCode::Conflict, "a call is going on already")
                .with_details(serde_json::json!({ "call_id": call.to_string() })),
        }
    }
}

impl Serialize for WireError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("code", self.code.as_str())?;
        map.serialize_entry("message", &self.message)?;
        map.serialize_entry("retry", &self.code.retry())?;
        if let Some(retry_after_ms) = self.retry_after_ms {
            map.serialize_entry("retry_after_ms", &retry_after_ms)?;
        }
        if let Some(holder) = &self.holder {
            map.serialize_entry("holder", holder)?;
            map.serialize_entry("details", &serde_json::json!({ "holder": holder }))?;
        }
        if let Some(reason) = self.reason {
            map.serialize_entry("reason", reason)?;
            map.serialize_entry("details", &serde_json::json!({ "reason": reason }))?;
        }
        if let Some(details) = &self.details {
            map.serialize_entry("details", details)?;
        }
        if let Some(reference) = &self.reference {
            map.serialize_entry("ref", reference)?;
        }
        if let Some(close) = self.close {
            map.serialize_entry("close", &close)?;
        }
        map.end()
    }
}

impl std::fmt::Display for WireError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code.as_str(), self.message)
    }
}

impl std::error::Error for WireError {}
