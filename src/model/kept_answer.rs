//! Answers kept by idempotency key.

use rooms::Timestamp;

/// An answer that was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its HTTP status.
    pub status: u16,
    /// Its body.
    pub body: String,
}

/// What is known of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replay {
    /// Nothing.
    New,
    /// It was answered so.
    Known(Kept),
    /// It was used for another request.
    Mismatch,
}

/// Which answers are forgotten.
#[derive(Debug, Clone, Copy)]
pub struct Forget<'a> {
    /// Those older than this.
    pub before: Timestamp,
    /// Of this caller, by the beginning of their scopes, ...
    pub caller: &'a str,
    /// ... those beyond so many.
    pub beyond: i64,
}
