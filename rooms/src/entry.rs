//! One item of a conversation's log.

use std::sync::Arc;

use crate::{
    Approval, AtDeadline, AttachmentId, CallId, EntryId, OwnMode, PendingReply, Score, Thumb, TicketId,
    Timestamp, User, UserKind,
};

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
    /// An agent stopped it, or nobody approved it.
    Stopped,
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
    /// In a supervised reply: who let it go out; for agents only.
    pub approval: Option<Arc<Approval>>,
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
    /// The visitor rated an answer of the assistant; the last rating of it counts.
    MessageRated {
        /// The entry of the answer.
        message: EntryId,
        /// What they think of it; `None` takes the rating back.
        thumb: Option<Thumb>,
    },
    /// A reply of the assistant is written and waits for its time or an agent; agents only.
    ReplyPending(Arc<PendingReply>),
    /// An agent holds a reply; agents only.
    ReplyHeld {
        /// The reply.
        reply: EntryId,
        /// Who.
        agent: User,
        /// Until when it waits now.
        due_at: Timestamp,
        /// What becomes of it then.
        at_deadline: AtDeadline,
    },
    /// A reply will not go out; agents only.
    ReplyStopped {
        /// The reply.
        reply: EntryId,
        /// The `seq` of the last visitor message that it would have answered.
        answers: u64,
        /// Why, where somebody said it.
        reason: Option<Arc<str>>,
    },
    /// It is put aside until then, or `None`: no longer; agents only.
    Snoozed {
        /// Until when.
        until: Option<Timestamp>,
    },
    /// Agents chose when replies go out, `None` as the channel says; agents only.
    ModeSet {
        /// The mode.
        mode: Option<OwnMode>,
    },
    /// The visitor rated the closed conversation; the last rating counts.
    Rated {
        /// How good it was.
        score: Score,
        /// Their words.
        comment: Option<Arc<str>>,
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
        let is_for_agents = matches!(
            self,
            Self::Note(_)
                | Self::Event(
                    Event::Assigned { .. }
                        | Event::ReplyPending(_)
                        | Event::ReplyHeld { .. }
                        | Event::ReplyStopped { .. }
                        | Event::ModeSet { .. }
                        | Event::Snoozed { .. }
                )
        );
        !is_for_agents
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

    /// Whether it moves its conversation in lists: nobody has to look at one because it was rated.
    #[must_use]
    pub fn moves_lists(&self) -> bool {
        let is_rating = matches!(self.body, Body::Event(Event::Rated { .. } | Event::MessageRated { .. }));
        !is_rating && !self.is_automatic()
    }
}
