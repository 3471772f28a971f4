//! Faults a chat provider can be scripted to have.

use std::time::Duration;

/// How a stream ends before its end marker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// The body ends as if it were complete.
    CleanEnd,
    /// The connection closes inside the body.
    Close,
    /// The connection is reset inside the body.
    Reset,
}

/// What stands in a stream instead of a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Malformed {
    /// Data that is not JSON.
    BadJson,
    /// Bytes that are not UTF-8.
    BadUtf8,
    /// One line of this many bytes.
    HugeLine(usize),
}

/// Something that goes wrong. "After pieces" counts the pieces of text and tool calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The answer is an error in the provider's shape.
    Status {
        /// The HTTP status.
        status: u16,
        /// The error's own code, such as `context_length_exceeded`.
        code: String,
        /// The error's words.
        message: String,
        /// Sent as the header `retry-after`, in seconds.
        retry_after: Option<Duration>,
    },
    /// The answer is an error with this status that repeats the key it was asked with.
    EchoKey(u16),
    /// Nothing is ever answered.
    Silent,
    /// Headers and so many pieces are sent, and then nothing.
    SilentAfter(usize),
    /// The stream ends after so many pieces.
    CutAfter(usize, Cut),
    /// After so many pieces, something unreadable is sent in place of the next.
    MalformedAfter(usize, Malformed),
    /// After so many pieces, an error is sent inside the stream: its code and its words.
    ErrorAfter(usize, String, String),
    /// The stream ends well, but without its end marker.
    NoEndMarker,
}

impl Fault {
    /// An error status with the provider's usual words.
    pub fn status(status: u16) -> Self {
        Self::refusal(status, "scripted", "this failure was asked for")
    }

    /// An error with its own code and words.
    pub fn refusal(status: u16, code: &str, message: &str) -> Self {
        Self::Status { status, code: code.to_owned(), message: message.to_owned(), retry_after: None }
    }

    /// Too many requests, with or without a time to wait.
    pub fn rate_limited(retry_after: Option<Duration>) -> Self {
        let (code, message) = ("rate_limit_exceeded".to_owned(), "too many requests".to_owned());
        Self::Status { status: 429, code, message, retry_after }
    }
}
