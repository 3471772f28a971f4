//! Scripted model providers for tests, load and demonstrations. They speak the real wire formats over real HTTP on
//! loopback, and know nothing of the server they are used with.

#![expect(clippy::disallowed_methods, reason = "a simulator is timed by the clock of its machine")]

pub mod chat;
pub mod realtime;
