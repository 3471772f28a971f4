//! API tokens of members' scripts and of sites' servers.

use rooms::{OrgId, Timestamp, UserId};

/// How much a token may do of what its owner may; each includes the ones before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum TokenRights {
    /// Read.
    Read,
    /// Also act in conversations and at the desk.
    Write,
    /// Everything that the owner may.
    #[default]
    Admin,
}

impl TokenRights {
    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Admin => "admin",
        }
    }

    /// Rights by their name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Read, Self::Write, Self::Admin].into_iter().find(|rights| rights.as_str() == name)
    }
}

/// A token of a server or of an agent's scripts.
#[derive(Debug, Clone)]
pub struct ApiToken {
    /// Its id; not the token.
    pub id: UserId,
    /// The org.
    pub org: OrgId,
    /// The agent it acts as; without one it acts as the org's server.
    pub member: Option<UserId>,
    /// Its name.
    pub name: String,
    /// What it may do.
    pub rights: TokenRights,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
    /// When it was used last, to within a minute.
    pub used_at: Option<Timestamp>,
}
