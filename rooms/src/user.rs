//! The users of a conversation.

use std::sync::Arc;

use crate::{Role, UserId};

/// What sort of user acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UserKind {
    /// A person on the business's site.
    Visitor,
    /// A person of the business who answers.
    Agent,
    /// The AI.
    Assistant,
    /// A program that acts with an org's token.
    Server,
    /// Switchboard itself.
    System,
}

impl UserKind {
    /// The role of an entry written by this kind of user.
    #[must_use]
    pub fn role(self) -> Role {
        match self {
            Self::Visitor => Role::Visitor,
            Self::Agent => Role::Agent,
            Self::Assistant => Role::Assistant,
            Self::Server | Self::System => Role::System,
        }
    }
}

/// A user as everybody sees them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// What sort of user this is.
    pub kind: UserKind,
    /// The name to show.
    pub name: Arc<str>,
}

impl User {
    /// Switchboard itself, the author of what nobody did.
    #[must_use]
    pub fn system() -> Self {
        Self { id: UserId(0), kind: UserKind::System, name: Arc::from("Switchboard") }
    }
}
