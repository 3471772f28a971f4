//! One item of a conversation's log.

use std::sync::Arc;

use crate::{AttachmentId, CallId, EntryId, TicketId, Timestamp, User, UserKind};

/// A file of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its id.
    pub id: AttachmentId,
    /// The name of the file.
    pub name: Arc<str>,
    /// Its media type, by its content.
    pub content_type: Arc<str>,
    /// Its size.
    pub bytes: u64,
    /// Width and height in pixels, of a picture.
    pub pixels: Option<(u32, u32)>,
}

/// What cut a reply of the assistant short.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Interruption {
    /// An agent took over.
    Takeover,
    /// The conversation was handed back.
    Release,
    /// It was closed.
    Closed,
    /// The assistant failed.
    Error,
    /// Something newer took its place: a request for a person, or another try.
    Superseded,
}

/// What was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Content {
    /// The text, exactly as sent.
    pub text: Arc<str>,
    /// The sender's own id of this message; one author uses one at most once in a conversation.
    pub client_message_id: Option<Arc<str>>,
    /// The entry this one answers.
    pub reply_to: Option<EntryId>,
    /// A flat object of the sender's, opaque here.
    pub metadata: Option<Arc<str>>,
    /// Its files.
    pub attachments: Vec<Attachment>,
    /// In a reply of the assistant: the `seq` of the last visitor message that it answers.
    pub answers: Option<u64>,
    /// Whether nobody owes an answer to it, as to what was said in a call.
    pub is_answered: bool,
    /// In a reply of the assistant: what cut it short.
    pub interrupted: Option<Interruption>,
}

/// Who closed a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClosedBy {
    /// The visitor ended it.
    Visitor,
    /// An agent ended it.
    Agent,
    /// Nobody wrote for too long.
    Idle,
    /// Switchboard, for example with its org.
    System,
}

/// A change of the conversation itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A person was asked for.
    Handoff {
        /// Why: `visitor_request`, `words`, or what the requester said.
        reason: Arc<str>,
        /// The words that asked, where words did.
        words: Vec<Arc<str>>,
        /// The ticket that was opened.
        ticket: TicketId,
    },
    /// An agent took over.
    Takeover {
        /// Who.
        agent: User,
    },
    /// The conversation was handed back.
    Release {
        /// Who had it; `None` where nobody had come yet.
        agent: Option<User>,
        /// Whether the assistant goes on; otherwise it waits for another person.
        to_assistant: bool,
        /// Why, where it was not the agent's own act.
        reason: Option<Arc<str>>,
    },
    /// It was assigned; agents only.
    Assigned {
        /// To whom; `None` takes the assignment away.
        agent: Option<User>,
    },
    /// A call began.
    CallStarted {
        /// Which.
        call: CallId,
    },
    /// The call ended.
    CallEnded {
        /// Which.
        call: CallId,
        /// How long it was.
        seconds: u64,
        /// Why: `visitor`, `agent`, `limit`, `budget`, `idle` or `error`.
        reason: Arc<str>,
    },
    /// It was closed, for good.
    Closed {
        /// By whom.
        by: ClosedBy,
    },
}

/// What an entry is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// Words for everybody.
    Message(Content),
    /// Words that visitors never see.
    Note(Content),
    /// A change of the conversation.
    Event(Event),
}

impl Body {
    /// Whether the visitors' audience may see this.
    #[must_use]
    pub fn is_visible_to_visitors(&self) -> bool {
        !matches!(self, Self::Note(_) | Self::Event(Event::Assigned { .. }))
    }

    /// The words, where there are any.
    #[must_use]
    pub fn content(&self) -> Option<&Content> {
        match self {
            Self::Message(content) | Self::Note(content) => Some(content),
            Self::Event(_) => None,
        }
    }
}

/// A committed item of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: EntryId,
    /// Its place: 1, 2, 3 … without holes in one conversation.
    pub seq: u64,
    /// The place of the visitor-visible entry before it; `None` where visitors may not see this one.
    /// For agents the entry before is always `seq - 1`.
    pub visitor_prev: Option<u64>,
    /// Who wrote or did it.
    pub author: User,
    /// What it is.
    pub body: Body,
    /// The takeover number after this entry.
    pub takeover: u64,
    /// When it was committed.
    pub created_at: Timestamp,
}

impl Entry {
    /// Whether it is a message that nobody wrote: it moves no list, and is no preview.
    #[must_use]
    pub fn is_automatic(&self) -> bool {
        matches!(self.body, Body::Message(_)) && self.author.kind == UserKind::System
    }
}
