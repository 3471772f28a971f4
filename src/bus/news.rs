//! What a node tells the others.

use std::sync::Arc;

use rooms::{ConversationId, EntryId, OrgId, User, UserId, UserKind};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::texts;
use crate::model::NodeId;

/// A user as nodes name them to each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Their id.
    #[serde(with = "texts::id")]
    pub id: UserId,
    /// What sort of user this is.
    #[serde(with = "texts::kind")]
    pub kind: UserKind,
    /// The name to show.
    pub name: Arc<str>,
}

impl From<&User> for Person {
    fn from(user: &User) -> Self {
        Self { id: user.id, kind: user.kind, name: user.name.clone() }
    }
}

impl From<Person> for User {
    fn from(person: Person) -> Self {
        Self { id: person.id, kind: person.kind, name: person.name }
    }
}

/// An agent who is connected to a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentHere {
    /// Who.
    pub user: Person,
    /// How they say they are.
    pub status: Arc<str>,
}

/// A conversation that somebody looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewed(#[serde(with = "texts::id")] pub ConversationId);

/// What becomes of a reply while it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplyNews {
    /// As it stands: it has begun, or somebody asked.
    Whole {
        /// Who writes.
        author: Person,
        /// The takeover number it was begun under.
        takeover: u64,
        /// The last visitor message that it answers.
        answers: u64,
        /// Everything that was answered when it was begun.
        answered_before: u64,
        /// Whether visitors see it while it is written.
        is_shown: bool,
        /// The tool that is used for it, if any.
        tool: Option<Arc<str>>,
        /// What is written of it so far.
        text: Arc<str>,
    },
    /// A piece more.
    Piece {
        /// Where it begins, in Unicode code points.
        offset: u64,
        /// The piece.
        text: Arc<str>,
    },
    /// It is not written any more; what it became stands in the log.
    Ended,
}

/// Something that happened at a node.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum News {
    /// A conversation has changed in storage: entries, who answers, labels, its visitor.
    Changed {
        /// Whose.
        #[serde(with = "texts::id")]
        org: OrgId,
        /// Which.
        #[serde(with = "texts::id")]
        conversation: ConversationId,
        /// What the inbox is told.
        reason: Arc<str>,
    },
    /// Somebody has read up to here.
    Read {
        /// In which conversation.
        #[serde(with = "texts::id")]
        conversation: ConversationId,
        /// Who.
        user: Person,
        /// Up to here.
        seq: u64,
    },
    /// Somebody types, or types no more.
    Typing {
        /// Whose conversation.
        #[serde(with = "texts::id")]
        org: OrgId,
        /// In which.
        #[serde(with = "texts::id")]
        conversation: ConversationId,
        /// Who.
        user: Person,
        /// Whether they type.
        is_typing: bool,
        /// What they have written so far, for agents.
        preview: Option<Arc<str>>,
    },
    /// Who of a node is in a conversation.
    Members {
        /// In which.
        #[serde(with = "texts::id")]
        conversation: ConversationId,
        /// Everybody who is.
        users: Vec<Person>,
    },
    /// A node has opened a conversation and asks who is in it, and what is being written.
    WhoIsIn {
        /// Which.
        #[serde(with = "texts::id")]
        conversation: ConversationId,
    },
    /// Of a reply that a node writes.
    Reply {
        /// In which conversation.
        #[serde(with = "texts::id")]
        conversation: ConversationId,
        /// Its id.
        #[serde(with = "texts::id")]
        reply: EntryId,
        /// What.
        news: ReplyNews,
    },
    /// An agent decides on a reply that another node writes: it waits for them, or goes out.
    Supervise {
        /// In which conversation.
        #[serde(with = "texts::id")]
        conversation: ConversationId,
        /// Which.
        #[serde(with = "texts::id")]
        reply: EntryId,
        /// Who decides.
        by: Person,
        /// Whether it is to wait.
        is_hold: bool,
    },
    /// The agents of an org who are connected to a node.
    Agents {
        /// Of which org.
        #[serde(with = "texts::id")]
        org: OrgId,
        /// All of them.
        agents: Vec<AgentHere>,
        /// What they look at, by connection.
        viewing: Vec<(u64, Person, Viewed)>,
    },
    /// A node asks which agents of an org are elsewhere.
    TellAgents {
        /// Of which org.
        #[serde(with = "texts::id")]
        org: OrgId,
    },
    /// An event for every connection of a user.
    ToUser {
        /// Whom.
        #[serde(with = "texts::id")]
        user: UserId,
        /// Its name.
        event: Arc<str>,
        /// Its data.
        data: Box<RawValue>,
    },
    /// An event for every agent of an org.
    ToAgents {
        /// Which org.
        #[serde(with = "texts::id")]
        org: OrgId,
        /// Its name.
        event: Arc<str>,
        /// Its data.
        data: Box<RawValue>,
    },
    /// What a visitor is called may have changed.
    Visitor {
        /// Who.
        #[serde(with = "texts::id")]
        visitor: UserId,
    },
    /// Saved views of an org have changed.
    Views {
        /// Which org.
        #[serde(with = "texts::id")]
        org: OrgId,
    },
    /// A conversation is removed from storage.
    Removed {
        /// Which.
        #[serde(with = "texts::id")]
        conversation: ConversationId,
    },
    /// What a node has counted towards limits: by limit, key and number.
    Spent(Vec<(u8, u64, u32)>),
    /// What an org has used at a node, as `usage` writes it.
    Used {
        /// Which org.
        #[serde(with = "texts::id")]
        org: OrgId,
        /// How much.
        numbers: [u64; 5],
    },
    /// A node has missed something, or has just come: it asks for what others keep of their own.
    TellAll {
        /// The node that is asked; none where all are.
        #[serde(with = "texts::optional_id")]
        of: Option<NodeId>,
    },
}
