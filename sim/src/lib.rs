//! Scripted model providers for tests, load and demonstrations. They speak the real wire formats over real HTTP on
//! loopback, and know nothing of the server they are used with.

pub mod chat;
pub mod realtime;
