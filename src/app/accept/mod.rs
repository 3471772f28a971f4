//! Accepting connections: HTTP/1.1 with limits on time and number, so that no caller holds what others need.
//!
//! A connection that says nothing, sends its request too slowly or stops reading is ended; one too many is answered
//! with 503. WebSockets keep their place here for as long as their socket is open.

mod connection_limits;
mod serving;
mod slow_body;

pub(super) use self::connection_limits::Places;
pub(super) use self::serving::{Times, serve};
