//! Members of orgs and their roles.

use rooms::{OrgId, Timestamp, UserId};

/// What a member may do in their org.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Answers conversations.
    Agent,
    /// Also manages channels, members and settings.
    Admin,
    /// Also manages owners.
    Owner,
}

impl Role {
    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// A role by its name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Agent, Self::Admin, Self::Owner].into_iter().find(|role| role.as_str() == name)
    }
}

/// A member to add.
#[derive(Debug, Clone)]
pub struct NewMember {
    /// The id they will have.
    pub id: UserId,
    /// Their org.
    pub org: OrgId,
    /// Their address, lower case; unique on the server.
    pub email: String,
    /// Their name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Whether they run the whole server.
    pub platform_admin: bool,
    /// The hash of their password, where they have one already.
    pub password_hash: Option<String>,
}

/// A member.
#[derive(Debug, Clone)]
pub struct MemberRecord {
    /// Their id.
    pub id: UserId,
    /// Their org.
    pub org: OrgId,
    /// Their address.
    pub email: String,
    /// Their name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Whether they run the whole server.
    pub platform_admin: bool,
    /// Whether they may sign in.
    pub active: bool,
    /// The hash of their password.
    pub password_hash: Option<String>,
    /// How many conversations they take at once by automatic assignment; `None` is what the org says.
    pub capacity: Option<u64>,
    /// When they were added.
    pub created_at: Timestamp,
    /// The SHA-256 of their picture, in hex, where they have one.
    pub picture: Option<String>,
    /// Whether they sign in in two steps.
    pub has_two_step: bool,
}

/// How a member looks.
#[derive(Debug, Clone)]
pub struct MemberPicture {
    /// Its media type, by its content.
    pub content_type: String,
    /// The file.
    pub bytes: Vec<u8>,
    /// Their SHA-256, in hex.
    pub sha256: String,
}
