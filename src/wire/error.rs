//! The error format of every transport.

use std::borrow::Cow;

use rooms::{Refusal, User};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::{CloseCode, ErrorCode, SettledView, UserView};

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
    pub holder: Option<Holder>,
    /// Why it is forbidden, where there is more to say.
    pub reason: Option<&'static str>,
    /// More about it, for clients, where there is more to say.
    pub details: Option<Box<Value>>,
    /// The event that failed, where it asked for no ack.
    pub reference: Option<Box<str>>,
    /// The close code that follows, on transports without close codes.
    pub close: Option<u16>,
}

/// Who holds a conversation.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Holder {
    /// No agent does.
    Nobody,
    /// This agent.
    User(UserView),
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

    /// The visitor is blocked.
    #[must_use]
    pub fn blocked() -> Self {
        Self { reason: Some("blocked"), ..Self::forbidden("you may not write here any more") }
    }

    /// No further call can be taken; `details` say by which limit.
    #[must_use]
    pub fn no_more_calls(details: Value) -> Self {
        Self::new(ErrorCode::UsageLimitExceeded, "no more calls can be taken now").with_details(details)
    }

    /// The caller's address is shut out.
    #[must_use]
    pub fn address_blocked() -> Self {
        Self { reason: Some("address_blocked"), ..Self::forbidden("requests from this address are refused") }
    }

    /// The caller's org demands two-step sign-in, and they have not set it up.
    #[must_use]
    pub fn two_step_required() -> Self {
        Self::new(ErrorCode::TwoStepRequired, "your org demands two-step sign-in; set it up first")
    }

    /// The caller's org is suspended.
    #[must_use]
    pub fn org_suspended() -> Self {
        Self {
            reason: Some("org_suspended"),
            ..Self::forbidden("this org is suspended; it can only be read")
        }
    }

    /// Whoever acts for an org may not do it there.
    #[must_use]
    pub fn acting() -> Self {
        Self {
            reason: Some("acting"),
            ..Self::forbidden("who acts for an org sets it up, and does nothing else in it")
        }
    }

    /// The caller does not act for the org they name, or no longer.
    #[must_use]
    pub fn not_acting() -> Self {
        Self { reason: Some("not_acting"), ..Self::forbidden("you do not act for this org, or no longer") }
    }

    /// The API token was not given the rights for it.
    #[must_use]
    pub fn token_rights(needed: &'static str) -> Self {
        let message = format!("this takes a token with the rights {needed}");
        Self { reason: Some("token_rights"), ..Self::forbidden(message) }
    }

    /// The sign-in is too long ago for a sensitive act.
    #[must_use]
    pub fn fresh_sign_in_required() -> Self {
        Self::new(ErrorCode::FreshSignInRequired, "show once more who you are, and repeat this")
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

    /// The server sends no mail.
    #[must_use]
    pub fn no_mail() -> Self {
        Self::new(ErrorCode::Unavailable, "this server has no mail set up")
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
    pub fn with_details(self, details: Value) -> Self {
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
            holder: Some(holder.as_ref().map_or(Holder::Nobody, |user| Holder::User(user.into()))),
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
            Refusal::NotClosed => Self::new(ErrorCode::Conflict, "only a closed conversation can be rated"),
            Refusal::RatingOver => {
                Self::new(ErrorCode::Conflict, "the time to rate this conversation, or to change it, is over")
            }
            Refusal::Conflict => Self::new(ErrorCode::Conflict, "it has changed since you looked"),
            Refusal::Superseded => Self::new(ErrorCode::Conflict, "this reply has ended"),
            Refusal::NoSuchReply => Self::new(ErrorCode::NotFound, "there is no such reply"),
            Refusal::Settled(settled) => {
                let details = SettledView::from(&settled);
                Self::new(ErrorCode::Conflict, "it is decided already what becomes of this reply")
                    .with_details(json!(details))
            }
            Refusal::NothingToAnswer => {
                Self::new(ErrorCode::Conflict, "there is nothing that the assistant should answer now")
            }
            Refusal::InCall { call } => Self::new(ErrorCode::Conflict, "a call is going on already")
                .with_details(json!({ "call_id": call.to_string() })),
        }
    }
}

/// A [`WireError`] as it is written.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = WireError)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "WireError", optional_fields))]
pub struct ErrorView<'a> {
    /// A stable code; see PROTOCOL.md.
    #[cfg_attr(test, ts(type = "ErrorCode"))]
    code: &'static str,
    /// For people.
    message: &'a str,
    /// Whether the same request may succeed later.
    retry: bool,
    /// When to try again, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    retry_after_ms: Option<u64>,
    /// Who holds the conversation, for `already_taken` and `not_holder`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<UserView>)]
    #[cfg_attr(test, ts(optional, type = "User | null"))]
    holder: Option<&'a Holder>,
    /// Why it is forbidden, where there is more to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reason: Option<&'static str>,
    /// More about it, for programs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object)]
    #[cfg_attr(test, ts(optional, type = "Record<string, unknown>"))]
    details: Option<Cow<'a, Value>>,
    /// The event that failed, where it asked for no ack.
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reference: Option<&'a str>,
    /// The close code that follows, on transports without close codes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    close: Option<u16>,
}

impl<'a> From<&'a WireError> for ErrorView<'a> {
    fn from(error: &'a WireError) -> Self {
        let holder = error.holder.as_ref();
        let details = match (&error.details, error.reason, holder) {
            (Some(details), ..) => Some(Cow::Borrowed(&**details)),
            (None, Some(reason), _) => Some(Cow::Owned(json!({ "reason": reason }))),
            (None, None, Some(holder)) => Some(Cow::Owned(json!({ "holder": holder }))),
            (None, None, None) => None,
        };
        Self {
            code: error.code.as_str(),
            message: &error.message,
            retry: error.code.retry(),
            retry_after_ms: error.retry_after_ms,
            holder,
            reason: error.reason,
            details,
            reference: error.reference.as_deref(),
            close: error.close,
        }
    }
}

impl Serialize for WireError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        ErrorView::from(self).serialize(serializer)
    }
}

impl std::fmt::Display for WireError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code.as_str(), self.message)
    }
}

impl std::error::Error for WireError {}
