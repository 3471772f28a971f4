//! Why an outgoing request failed. No message holds more of a URL than its host: paths and queries carry secrets.

use std::error::Error;

/// Why nothing came back from the outside.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say what the fields are")]
pub enum OutboundError {
    /// The URL cannot be a target; nothing was sent.
    #[error("the address of the target {reason}")]
    BadUrl { reason: &'static str },
    /// The target stands where it may not; nothing was sent.
    #[error("{host} is not a public address, and the operator has not allowed its range")]
    AddressRefused { host: String },
    /// The name of the target stands for no address.
    #[error("could not find the address of {host}")]
    NotResolved { host: String },
    /// No connection came about, or it broke.
    #[error("could not reach {host}: {reason}")]
    Unreachable { host: String, reason: String },
    /// The target took too long.
    #[error("{host} did not respond in time")]
    TimedOut { host: String },
    /// The answer is larger than the caller takes.
    #[error("the response of {host} is larger than {max_bytes} bytes")]
    TooLarge { host: String, max_bytes: usize },
    /// The target answered with a status that is no success; redirects count, as they are not followed.
    #[error("{host} responded with status {status}")]
    BadStatus { host: String, status: u16 },
    /// The answer is not what was asked for.
    #[error("the response of {host} is not {expected}")]
    BadAnswer { host: String, expected: &'static str },
    /// The answer came and could not be written down here.
    #[error("could not store the download: {reason}")]
    NotKept { reason: String },
}

impl OutboundError {
    /// A code that stays the same, for delivery logs and for the pages.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadUrl { .. } => "target_bad_url",
            Self::AddressRefused { .. } => "target_address_refused",
            Self::NotResolved { .. } => "target_not_resolved",
            Self::Unreachable { .. } => "target_unreachable",
            Self::TimedOut { .. } => "target_timed_out",
            Self::TooLarge { .. } => "target_answer_too_large",
            Self::BadStatus { .. } => "target_bad_status",
            Self::BadAnswer { .. } => "target_bad_answer",
            Self::NotKept { .. } => "target_answer_not_kept",
        }
    }

    /// Tells whether the same request may succeed later.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::NotResolved { .. } | Self::Unreachable { .. } | Self::TimedOut { .. } => true,
            Self::BadStatus { status, .. } => *status == 429 || *status >= 500,
            Self::BadUrl { .. }
            | Self::AddressRefused { .. }
            | Self::TooLarge { .. }
            | Self::BadAnswer { .. }
            | Self::NotKept { .. } => false,
        }
    }

    /// Translates what the HTTP client says. Its own text is not kept: it holds the URL.
    pub(super) fn from_http(host: &str, error: &reqwest::Error) -> Self {
        if let Some(refused) = chain(error).find_map(|cause| cause.downcast_ref::<Self>()) {
            return refused.clone();
        }
        let host = host.to_owned();
        if error.is_timeout() {
            return Self::TimedOut { host };
        }
        Self::Unreachable { host, reason: innermost(error) }
    }

    /// Translates what the WebSocket client says.
    pub(super) fn from_websocket(host: &str, error: tokio_tungstenite::tungstenite::Error) -> Self {
        use tokio_tungstenite::tungstenite::Error as WsError;
        let host = host.to_owned();
        match error {
            WsError::Http(answer) => Self::BadStatus { host, status: answer.status().as_u16() },
            WsError::Url(_) | WsError::HttpFormat(_) => {
                Self::BadUrl { reason: "or a header of it is not valid" }
            }
            WsError::Protocol(_) => Self::BadAnswer { host, expected: "a WebSocket" },
            error => Self::Unreachable { host, reason: innermost(&error) },
        }
    }
}

type Cause<'a> = &'a (dyn Error + 'static);

fn chain(error: Cause<'_>) -> impl Iterator<Item = Cause<'_>> {
    std::iter::successors(Some(error), |cause| (**cause).source())
}

/// The last cause is the operating system's or TLS's own word, which knows no URL.
fn innermost(error: Cause<'_>) -> String {
    match chain(error).last() {
        Some(cause) if !cause.is::<reqwest::Error>() => cause.to_string(),
        _ => "the connection broke".to_owned(),
    }
}
