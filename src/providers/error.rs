//! Errors of providers, classified by what the caller can do about them.

use std::time::Duration;

/// Why a provider gave no answer. Holds no key: what providers say is scrubbed first.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// It does not accept the key.
    #[error("the provider rejected the key")]
    Unauthenticated,
    /// The account behind the key has nothing left to spend.
    #[error("the provider account has no credit left")]
    OutOfCredit,
    /// Too much was asked for in too short a time.
    #[error("the provider is rate limiting requests")]
    RateLimited {
        /// How long it wants to be left alone, where it says so.
        retry_after: Option<Duration>,
    },
    /// It has a problem of its own, or too much to do.
    #[error("the provider is not available (status {status})")]
    Unavailable {
        /// What it answered.
        status: u16,
    },
    /// The chat is longer than the model takes.
    #[error("the chat is longer than the model takes")]
    TooLong,
    /// It does not do what was asked for.
    #[error("the provider refused the request (status {status}): {detail}")]
    Refused {
        /// What it answered.
        status: u16,
        /// Its own words, scrubbed and shortened; may be empty.
        detail: String,
    },
    /// Providers of this kind do not offer that; nothing was sent.
    #[error("this kind of provider does not support {what}")]
    NotOffered {
        /// What was asked for.
        what: &'static str,
    },
    /// No connection came about.
    #[error("could not reach the provider: {reason}")]
    Unreachable {
        /// What the system said.
        reason: String,
    },
    /// It sent nothing for too long, before or inside its answer.
    #[error("the provider stopped responding")]
    Silent,
    /// The answer ended before its end.
    #[error("the provider's response ended early")]
    Cut,
    /// The answer cannot be read.
    #[error("the provider's response is malformed: {reason}")]
    Malformed {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The gateway does not let us go there; nothing was sent.
    #[error("the provider may not be reached: {reason}")]
    Blocked {
        /// Why not.
        reason: String,
    },
}

impl ProviderError {
    /// Its kind, for traces: the code without what all codes begin with.
    pub(super) fn kind(&self) -> &'static str {
        let code = self.code();
        code.strip_prefix("provider_").unwrap_or(code)
    }

    /// Tells whether another provider may answer where this one did not. A chat that is too long is shortened first.
    pub fn is_worth_another_provider(&self) -> bool {
        !matches!(self, Self::TooLong)
    }

    /// Tells whether the same request may succeed here later, as far as nothing of its answer has been shown yet.
    pub fn is_worth_a_retry(&self) -> bool {
        match self {
            Self::RateLimited { .. }
            | Self::Unavailable { .. }
            | Self::Unreachable { .. }
            | Self::Silent
            | Self::Cut => true,
            Self::Unauthenticated
            | Self::OutOfCredit
            | Self::TooLong
            | Self::Refused { .. }
            | Self::NotOffered { .. }
            | Self::Malformed { .. }
            | Self::Blocked { .. } => false,
        }
    }

    /// A code that stays the same, for logs, metrics and pages.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unauthenticated => "provider_unauthenticated",
            Self::OutOfCredit => "provider_out_of_credit",
            Self::RateLimited { .. } => "provider_rate_limited",
            Self::Unavailable { .. } => "provider_unavailable",
            Self::TooLong => "provider_chat_too_long",
            Self::Refused { .. } => "provider_refused",
            Self::NotOffered { .. } => "provider_not_offered",
            Self::Unreachable { .. } => "provider_unreachable",
            Self::Silent => "provider_silent",
            Self::Cut => "provider_cut",
            Self::Malformed { .. } => "provider_malformed",
            Self::Blocked { .. } => "provider_blocked",
        }
    }
}
