//! One live connection of a caller.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rooms::{Audience, ConnectionId, ConversationId};

use super::Outbox;
use crate::auth::Principal;
use crate::guard::Guard;
use crate::limits::Pace;
use crate::model::{SecurityEvent, SecurityKind};

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
    /// From where.
    pub address: IpAddr,
    /// How it is connected.
    pub transport: Transport,
    /// What it has yet to be sent.
    pub outbox: Outbox,
    /// The conversation that its agent looks at.
    pub focus: Mutex<Option<ConversationId>>,
    /// How fast it gets history.
    pub history_pace: Mutex<Pace>,
}

impl Connection {
    /// Waits until so many bytes of history may be sent; false when the connection ended meanwhile.
    pub(super) async fn wait_for_history(&self, bytes: usize, now_ms: i64) -> bool {
        let wait_ms = {
            let mut pace = self.history_pace.lock().unwrap_or_else(PoisonError::into_inner);
            pace.spend(bytes as u64, now_ms)
        };
        if wait_ms == 0 {
            return true;
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(wait_ms)) => true,
            () = self.outbox.ends_at_once() => false,
        }
    }

    /// Whether its address is shut out: by the platform, and by its org where it is a visitor's.
    pub(super) fn is_shut_out(&self, guard: &Guard) -> bool {
        let org = self.principal.is_visitor().then_some(self.principal.org);
        guard.is_blocked(self.address, org)
    }

    /// An event of security that this connection causes.
    pub(super) fn security_event(&self, kind: SecurityKind) -> SecurityEvent {
        SecurityEvent {
            org: Some(self.principal.org),
            channel: self.principal.channel(),
            ..SecurityEvent::from_address(kind, self.address)
        }
    }

    /// Sets which conversation its agent looks at.
    pub(super) fn set_focus(&self, conversation: Option<ConversationId>) {
        *self.focus.lock().unwrap_or_else(PoisonError::into_inner) = conversation;
    }

    /// Whether its agent looks at a conversation.
    pub(super) fn is_focused_on(&self, conversation: ConversationId) -> bool {
        *self.focus.lock().unwrap_or_else(PoisonError::into_inner) == Some(conversation)
    }

    /// What it may see.
    #[must_use]
    pub fn audience(&self) -> Audience {
        Audience::of(self.principal.user.kind)
    }
}
