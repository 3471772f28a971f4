//! Who a caller is, once their token is checked.

use std::sync::Arc;

use rooms::{ChannelId, OrgId, Timestamp, User};

use crate::db::Role;

/// A caller with a valid token. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct Principal {
    /// Their org; everything they ask is asked of it.
    pub org: OrgId,
    /// Who they are in a room.
    pub user: User,
    /// What sort of caller.
    pub kind: PrincipalKind,
    /// What gave access, as revocations name it: `session:ID`, `token:ID` or `visitor:ID`.
    pub credential: Arc<str>,
    /// When access ends by itself.
    pub expires_at: Option<Timestamp>,
    /// The longest message that the hello of a visitor's socket names; `None` means the server's setting.
    pub message_max_chars: Option<usize>,
}

/// What sort of caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrincipalKind {
    /// A visitor of one channel.
    Visitor {
        /// Which.
        channel: ChannelId,
    },
    /// A member of the org.
    Agent {
        /// What they may do.
        role: Role,
        /// Whether they run the whole server.
        platform_admin: bool,
    },
    /// A program with an org's token: it reads, notes, and asks for a person.
    Server,
}

impl Principal {
    /// Whether a revocation of `subject` ends this caller's access.
    #[must_use]
    pub fn is_ended_by(&self, org: OrgId, subject: &str) -> bool {
        if org != self.org {
            return false;
        }
        if *self.credential == *subject {
            return true;
        }
        match (subject.split_once(':'), self.kind) {
            (Some(("member", id)), PrincipalKind::Agent { .. }) => self.user.id.to_string() == id,
            (Some(("channel", id)), PrincipalKind::Visitor { channel }) => channel.to_string() == id,
            _ => false,
        }
    }

    /// Whether this is a visitor.
    #[must_use]
    pub fn is_visitor(&self) -> bool {
        matches!(self.kind, PrincipalKind::Visitor { .. })
    }

    /// Whether this is a member.
    #[must_use]
    pub fn is_agent(&self) -> bool {
        matches!(self.kind, PrincipalKind::Agent { .. })
    }
}
