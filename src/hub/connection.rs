//! One live connection of a caller.

use std::sync::Arc;

use rooms::{Audience, ConnectionId};

use super::Outbox;
use crate::auth::Principal;

/// How a client is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Transport {
    /// A WebSocket at `/ws`.
    Native,
    /// Socket.IO over WebSocket or polling.
    SocketIo,
}

impl Transport {
    /// Its name in metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Native => "websocket",
            Self::SocketIo => "socketio",
        }
    }
}

/// A connection that has said who it is.
#[derive(Debug)]
pub struct Connection {
    /// Unique while the process runs.
    pub id: ConnectionId,
    /// Whose.
    pub principal: Principal,
    /// One per tab; a newer connection with the same one replaces this.
    pub client_id: Option<Arc<str>>,
    /// How it is connected.
    pub transport: Transport,
    /// What it has yet to be sent.
    pub outbox: Outbox,
}

impl Connection {
    /// What it may see.
    #[must_use]
    pub fn audience(&self) -> Audience {
        Audience::of(self.principal.user.kind)
    }
}
