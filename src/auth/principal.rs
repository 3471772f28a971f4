//! The principal: who a caller is once authenticated.

use std::sync::Arc;

use rooms::{ChannelId, OrgId, Timestamp, User};

use super::Standing;
use crate::model::{BlockedVisitors, Role, SessionId};
use crate::wire::WireError;

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
    /// The page a visitor speaks from; `None` for apps and servers, and before it is checked.
    pub page: Option<Page>,
    /// Which visitors are blocked now.
    pub blocked: BlockedVisitors,
    /// How far the credential reaches of what the kind may do.
    pub standing: Standing,
}

/// Where the page stands that a visitor speaks from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its origin, such as `https://www.example.com`.
    pub origin: Arc<str>,
    /// Whether it is a page of this server.
    pub is_ours: bool,
}

/// What a revocation names when other pages than before may use a channel: those of `origins`, and the server's own.
#[must_use]
pub fn origins_subject(channel: ChannelId, origins: &[String]) -> String {
    format!("origins:{channel} {}", origins.join(" "))
}

impl Page {
    /// Whether it is among the origins of a revocation, or a page of this server.
    fn may_stay(&self, origins: &str) -> bool {
        let mut listed = origins.split_ascii_whitespace();
        self.is_ours || listed.any(|one| one.eq_ignore_ascii_case(&self.origin))
    }
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
    /// Whoever has the shell of the server: they set orgs and the platform up, and take no part in conversations.
    Shell,
}

impl Principal {
    /// Whoever has the shell of the server, in an org or in `PLATFORM`. No credential stands for them, and a suspension
    /// of the org does not stop them.
    #[must_use]
    pub fn of_shell(org: OrgId) -> Self {
        Self {
            org,
            user: User::system(),
            kind: PrincipalKind::Shell,
            credential: Arc::from("shell"),
            expires_at: None,
            message_max_chars: None,
            page: None,
            blocked: BlockedVisitors::default(),
            standing: Standing::default(),
        }
    }

    /// Whether this is whoever has the shell of the server.
    #[must_use]
    pub fn is_shell(&self) -> bool {
        self.kind == PrincipalKind::Shell
    }

    /// The session that gave access, where it was one.
    #[must_use]
    pub fn session(&self) -> Option<SessionId> {
        self.credential.strip_prefix("session:")?.parse().ok()
    }

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
            (Some(("origins", rest)), PrincipalKind::Visitor { channel }) => {
                let (id, origins) = rest.split_once(' ').unwrap_or((rest, ""));
                let page = self.page.as_ref().filter(|_| channel.to_string() == id);
                page.is_some_and(|page| !page.may_stay(origins))
            }
            _ => false,
        }
    }

    /// Whether this is a visitor whom an agent has blocked.
    #[must_use]
    pub fn is_blocked(&self) -> bool {
        self.is_visitor() && self.blocked.has(self.user.id)
    }

    /// Refuses a blocked visitor.
    ///
    /// # Errors
    /// `forbidden` with the reason `blocked`.
    pub fn check_not_blocked(&self) -> Result<(), WireError> {
        if self.is_blocked() { Err(WireError::blocked()) } else { Ok(()) }
    }

    /// The channel of a visitor.
    #[must_use]
    pub fn channel(&self) -> Option<ChannelId> {
        match self.kind {
            PrincipalKind::Visitor { channel } => Some(channel),
            PrincipalKind::Agent { .. } | PrincipalKind::Server | PrincipalKind::Shell => None,
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
