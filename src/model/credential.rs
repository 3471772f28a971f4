//! Sessions, tokens, and access that has ended.

use super::ids::SessionId;
use super::member::Role;
use rooms::{OrgId, Timestamp, UserId};

/// What a token of one use is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OneTimeKind {
    /// Opening a socket.
    SocketTicket,
    /// Making the first account.
    Setup,
    /// Setting a password.
    Password,
    /// Signing in.
    SignIn,
    /// The second step of a sign-in.
    SecondStep,
    /// Making an org of one's own.
    Registration,
}

impl OneTimeKind {
    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SocketTicket => "socket_ticket",
            Self::Setup => "setup",
            Self::Password => "password",
            Self::SignIn => "sign_in",
            Self::SecondStep => "second_step",
            Self::Registration => "registration",
        }
    }
}

/// A token of one use.
#[derive(Debug, Clone)]
pub struct OneTimeToken {
    /// Of which org; the setup link has none.
    pub org: Option<OrgId>,
    /// For which member.
    pub member: Option<UserId>,
    /// The credential it stands for, for example `session:ID`.
    pub credential: Option<String>,
}

/// A signed-in agent.
#[derive(Debug, Clone)]
pub struct AgentSession {
    /// Its id; not the token.
    pub id: SessionId,
    /// The org.
    pub org: OrgId,
    /// Who.
    pub member: UserId,
    /// Until when.
    pub expires_at: Timestamp,
    /// When it was used last, to within some minutes.
    pub seen_at: Timestamp,
    /// When whoever has it last proved who they are.
    pub verified_at: Timestamp,
}

/// Where an agent signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionOrigin {
    /// What the browser says of itself, cut.
    pub device: Option<String>,
    /// The address.
    pub address: String,
}

/// A session, as its member sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRecord {
    /// Its id.
    pub id: SessionId,
    /// Where it was begun; not known of old ones.
    pub origin: Option<SessionOrigin>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it was used last, to within some minutes.
    pub seen_at: Timestamp,
    /// Until when it lives.
    pub expires_at: Timestamp,
}

/// The member whom a credential signs in.
#[derive(Debug, Clone)]
pub struct CredentialOwner {
    /// Their id.
    pub id: UserId,
    /// Their name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Whether they run the whole server.
    pub platform_admin: bool,
    /// Whether they may sign in.
    pub active: bool,
    /// Whether they sign in in two steps.
    pub has_two_step: bool,
}

/// Access that has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revocation {
    /// Its place; later ones have higher numbers.
    pub id: i64,
    /// The org.
    pub org: OrgId,
    /// What ended: `member:ID`, `session:ID`, `token:ID`, `visitor:ID`, `channel:ID`, `call:ID`, what
    /// `auth::origins_subject` says of a channel's pages, or what is said below.
    pub subject: String,
}

impl Revocation {
    /// What is revoked where the whole org may have been suspended.
    pub const ORG: &str = "org";

    /// What is noted of an act of the audit log that other processes have to follow.
    #[must_use]
    pub fn of_act(act: &str) -> String {
        format!("{ACT}{act}")
    }

    /// The act of the audit log that is to be followed, where it is that.
    #[must_use]
    pub fn act(&self) -> Option<&str> {
        self.subject.strip_prefix(ACT)
    }
}

const ACT: &str = "act:";
