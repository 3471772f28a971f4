//! Search: what is made searchable, what is asked for, and what is found.

use rooms::{ChannelId, ConversationId, OrgId, Timestamp, UserId};

use super::notification::Mention;

/// What sort of thing is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SearchKind {
    /// What visitors, agents and the assistant said.
    Message,
    /// What agents wrote for agents.
    Note,
    /// Who visitors are.
    Visitor,
    /// Requests for a person.
    Ticket,
}

impl SearchKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Message, Self::Note, Self::Visitor, Self::Ticket];

    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Note => "note",
            Self::Visitor => "visitor",
            Self::Ticket => "ticket",
        }
    }

    /// A kind by its name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// Folded words that stand beside each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchPhrase {
    /// The words: letters and digits only.
    pub words: Vec<String>,
    /// Whether the last word may go on.
    pub is_prefix: bool,
}

/// Whose conversations are searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchAssignee {
    /// Nobody's.
    Nobody,
    /// This agent's.
    Agent(UserId),
}

/// What is searched for.
#[derive(Debug, Clone, Default)]
pub struct SearchRequest {
    /// All of these must be there; at least one.
    pub phrases: Vec<SearchPhrase>,
    /// Only this kind.
    pub kind: Option<SearchKind>,
    /// Only this channel.
    pub channel: Option<ChannelId>,
    /// Only conversations of this agent, or of nobody.
    pub assignee: Option<SearchAssignee>,
    /// Only conversations with this label.
    pub label: Option<String>,
    /// Only conversations of this status.
    pub status: Option<&'static str>,
    /// Only conversations with this score.
    pub rating: Option<i64>,
    /// Only conversations in this language.
    pub language: Option<String>,
}

/// Places in the index that a search looks at, both inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SearchWindow {
    /// The oldest.
    pub from: i64,
    /// The newest.
    pub to: i64,
}

/// The place in the index of what happened at a moment, the first of 1,024.
#[must_use]
pub fn search_place(at: Timestamp) -> i64 {
    at.0.saturating_mul(PLACES_PER_MS)
}

/// The moment of a place in the index.
#[must_use]
pub fn search_moment(place: i64) -> Timestamp {
    Timestamp(place.div_euclid(PLACES_PER_MS))
}

/// Things of one millisecond that have places of their own.
pub const PLACES_PER_MS: i64 = 1_024;

/// The words that visitors and tickets are found by, as they are stored.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SearchText {
    /// What was said: a message or a note.
    pub content: Option<String>,
    /// The names of its files.
    pub file_names: Vec<String>,
    /// A visitor's email address.
    pub email: Option<String>,
    /// A visitor's telephone number.
    pub phone: Option<String>,
    /// A visitor's attributes, as JSON.
    pub attributes: Option<String>,
    /// A ticket's line.
    pub title: Option<String>,
    /// A ticket's brief.
    pub summary: Option<String>,
    /// Why a ticket was opened.
    pub reason: Option<String>,
}

/// A thing that a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchHit {
    /// Its place in the index.
    pub place: i64,
    /// What it is.
    pub kind: SearchKind,
    /// Its conversation; of a visitor the newest one.
    pub conversation: Option<ConversationId>,
    /// Its place in the conversation, of messages and notes.
    pub seq: Option<u64>,
    /// The id of the entry, the visitor or the ticket.
    pub id: String,
    /// Who wrote it, of messages and notes: the kind of user, and their name.
    pub author: Option<(String, String)>,
    /// Whose conversation it is.
    pub visitor: UserId,
    /// Their name.
    pub visitor_name: String,
    /// Their channel.
    pub channel: ChannelId,
    /// When it was written.
    pub created_at: Timestamp,
    /// The words it was found by.
    pub text: SearchText,
}

/// A thing to be made searchable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchDoc {
    /// What it is.
    pub kind: SearchKind,
    /// When it was written: the order of what is found.
    pub created_at: Timestamp,
    /// Its place in its conversation, of messages and notes.
    pub seq: Option<u64>,
    /// Its folded words.
    pub words: Vec<String>,
}

/// A message or a note that is not searchable yet.
#[derive(Debug, Clone)]
pub struct UnindexedEntry {
    /// Its place in the conversation.
    pub seq: u64,
    /// Message or note.
    pub kind: SearchKind,
    /// When it was written.
    pub created_at: Timestamp,
    /// What it says.
    pub text: SearchText,
    /// Whom a note mentions, but for its author.
    pub mentions: Vec<Mention>,
}

/// The next entries of a conversation that are not searchable yet.
#[derive(Debug, Clone)]
pub struct UnindexedEntries {
    /// How far the conversation is searchable.
    pub after: u64,
    /// How far it is with these.
    pub up_to: u64,
    /// Whether there may be more behind these.
    pub has_more: bool,
    /// Those with words.
    pub entries: Vec<UnindexedEntry>,
}

/// Entries of one conversation to be made searchable.
#[derive(Debug, Clone)]
pub struct IndexedEntries {
    /// Its org.
    pub org: OrgId,
    /// The conversation.
    pub conversation: ConversationId,
    /// How far it was searchable when they were read.
    pub after: u64,
    /// How far it is from now on.
    pub up_to: u64,
    /// The things.
    pub docs: Vec<SearchDoc>,
    /// Who is mentioned in them, and when.
    pub mentions: Vec<(Mention, Timestamp)>,
}

/// A visitor or a ticket that changed since it was made searchable.
#[derive(Debug, Clone)]
pub struct UnindexedChange {
    /// Its org.
    pub org: OrgId,
    /// Visitor or ticket.
    pub kind: SearchKind,
    /// Its id.
    pub id: String,
    /// Tells a later change from this one.
    pub change_count: i64,
    /// What it is found by, with its conversation where it has one; `None` where it is gone.
    pub found: Option<ChangedThing>,
}

/// What a visitor or a ticket is found by.
#[derive(Debug, Clone)]
pub struct ChangedThing {
    /// The conversation of a ticket.
    pub conversation: Option<ConversationId>,
    /// When it was created.
    pub created_at: Timestamp,
    /// The name of a visitor.
    pub name: Option<String>,
    /// Everything else.
    pub text: SearchText,
}
