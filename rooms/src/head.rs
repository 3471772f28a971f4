//! The durable state of a conversation: the fold of its entries, and the one place that gives `seq`.

use std::sync::Arc;

use crate::masking::masked_start;
use crate::{
    Body, CallId, ClosedBy, Content, Draft, Entry, EntryId, Event, Insight, OwnMode, PendingReply, Rating,
    Role, Settled, Stale, TicketId, Timestamp, User, UserKind, Verdict,
};

/// Characters of a message that the inbox shows.
const PREVIEW_CHARS: usize = 120;

/// Where a conversation is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// Somebody answers: the assistant or an agent.
    Open,
    /// A person was asked for. Invariant: exactly when the responder is [`Responder::Waiting`].
    Waiting,
    /// Final.
    Closed,
    /// Put aside until later.
    Snoozed,
}

/// Who answers the visitor right now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Responder {
    /// The assistant answers every visitor message.
    Assistant {
        /// Since when.
        since: Timestamp,
    },
    /// Nobody has come yet.
    Waiting {
        /// Since when.
        since: Timestamp,
    },
    /// This agent answers; the assistant stays silent until they release.
    Agent {
        /// Who. Invariant: at most one agent holds a conversation.
        agent: User,
        /// Since when.
        since: Timestamp,
    },
}

impl Responder {
    /// The agent who answers, if one does.
    #[must_use]
    pub fn agent(&self) -> Option<&User> {
        match self {
            Self::Agent { agent, .. } => Some(agent),
            Self::Assistant { .. } | Self::Waiting { .. } => None,
        }
    }

    /// Since when they answer.
    #[must_use]
    pub fn since(&self) -> Timestamp {
        match self {
            Self::Assistant { since } | Self::Waiting { since } | Self::Agent { since, .. } => *since,
        }
    }
}

/// How urgent a conversation is; set by agents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Priority {
    /// Can wait.
    Low,
    /// Ordinary.
    Medium,
    /// Soon.
    High,
    /// Now.
    Urgent,
}

/// The request for a person that is not answered for good yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handoff {
    /// Why.
    pub reason: Arc<str>,
    /// Its ticket.
    pub ticket: TicketId,
    /// Since when the visitor waits.
    pub at: Timestamp,
}

/// The call of a conversation that is going on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LiveCall {
    /// Which.
    pub id: CallId,
    /// Since when.
    pub since: Timestamp,
}

/// The newest message, for the inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastMessage {
    /// Its place.
    pub seq: u64,
    /// Whose words.
    pub role: Role,
    /// Their beginning, at most 120 characters.
    pub preview: Arc<str>,
}

/// The durable state of one conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Where it is in its life.
    pub status: Status,
    /// Who answers.
    pub responder: Responder,
    /// Rises by one at every change of responder and at the close.
    pub takeover: u64,
    /// The agent it is assigned to.
    pub assignee: Option<User>,
    /// How urgent it is, where somebody said so.
    pub priority: Option<Priority>,
    /// Labels, in the order they were set.
    pub labels: Vec<Arc<str>>,
    /// The open request for a person.
    pub handoff: Option<Handoff>,
    /// The last `seq` that agents see.
    pub last_seq: u64,
    /// The last `seq` that visitors see.
    pub visitor_last_seq: u64,
    /// Visitor messages that no agent has read.
    pub unread: u64,
    /// The last message of the visitor.
    pub last_visitor_message_seq: u64,
    /// The last message of the visitor that the assistant or an agent has answered.
    pub answered_seq: u64,
    /// What the newest message of the visitor is about and how they feel, where somebody has looked.
    pub insight: Option<Insight>,
    /// The call that is going on. Invariant: at most one, and the assistant writes nothing of its own meanwhile.
    pub call: Option<LiveCall>,
    /// Until when it is put aside. Invariant: exactly when the status is [`Status::Snoozed`].
    pub snoozed_until: Option<Timestamp>,
    /// When replies go out, where agents chose it for this conversation.
    pub mode: Option<OwnMode>,
    /// The reply that waits for agents.
    pub pending: Option<Arc<PendingReply>>,
    /// What became of the one before.
    pub settled: Option<Arc<Settled>>,
    /// The newest message that somebody wrote, or the assistant.
    pub last_message: Option<LastMessage>,
    /// What the visitor says of it, once it is closed.
    pub rating: Option<Rating>,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// When anything above last changed, automatic messages and ratings apart.
    pub updated_at: Timestamp,
    /// When the last entry was written; idleness counts from here.
    pub entry_at: Timestamp,
}

impl Head {
    /// A conversation that begins: with the assistant where there is one, otherwise waiting for a person.
    #[must_use]
    pub fn begin(has_assistant: bool, now: Timestamp) -> Self {
        let (status, responder) = resting(has_assistant, now);
        Self {
            status,
            responder,
            takeover: 0,
            assignee: None,
            priority: None,
            labels: Vec::new(),
            handoff: None,
            last_seq: 0,
            visitor_last_seq: 0,
            unread: 0,
            last_visitor_message_seq: 0,
            answered_seq: 0,
            insight: None,
            call: None,
            snoozed_until: None,
            mode: None,
            pending: None,
            settled: None,
            last_message: None,
            rating: None,
            closed_at: None,
            updated_at: now,
            entry_at: now,
        }
    }

    /// Whether nothing but a rating can be added any more.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.status == Status::Closed
    }

    /// The reply that waits for agents.
    #[must_use]
    pub fn pending_id(&self) -> Option<EntryId> {
        self.pending.as_ref().map(|pending| pending.id)
    }

    /// Gives every entry of `draft` its place and folds it in, or refuses the whole draft.
    ///
    /// # Errors
    /// [`Stale`] when the fence no longer holds; then nothing has changed.
    pub fn commit(&mut self, draft: Draft, now: Timestamp) -> Result<Vec<Entry>, Stale> {
        let assignee_holds = draft.fence.assignee.holds(self.assignee.as_ref());
        let answered_holds = draft.fence.answered.is_none_or(|expected| expected == self.answered_seq);
        let is_final = self.is_closed() != draft.is_rating();
        let pending_holds = draft.fence.pending == self.pending_id();
        if draft.fence.takeover != self.takeover
            || !assignee_holds
            || !answered_holds
            || !pending_holds
            || draft.fence.is_snoozed != self.snoozed_until.is_some()
            || is_final
        {
            return Err(Stale);
        }
        // The clock may be set back; the log's time never goes backwards.
        let now = now.max(self.entry_at);
        let mut entries = Vec::with_capacity(draft.entries.len());
        for drafted in draft.entries {
            let entry = Entry {
                id: drafted.id,
                seq: self.last_seq + 1,
                visitor_prev: drafted.body.is_visible_to_visitors().then_some(self.visitor_last_seq),
                takeover: self.takeover + self.raises_takeover(&drafted.body),
                author: drafted.author,
                body: drafted.body,
                created_at: now,
            };
            self.fold(&entry);
            entries.push(entry);
        }
        if let Some(classification) = draft.classification {
            self.insight = Some(classification.after(self.insight.as_ref()));
        }
        Ok(entries)
    }

    /// Takes a committed entry in. An entry that is already in changes nothing.
    pub fn fold(&mut self, entry: &Entry) {
        if entry.seq <= self.last_seq {
            return;
        }
        self.last_seq = entry.seq;
        if entry.visitor_prev.is_some() {
            self.visitor_last_seq = entry.seq;
        }
        self.takeover = entry.takeover;
        self.entry_at = entry.created_at;
        if entry.moves_lists() {
            self.updated_at = entry.created_at;
        }
        self.settle_pending(entry);
        match &entry.body {
            Body::Message(content) => self.fold_message(entry, content),
            Body::Note(_) => {}
            Body::Event(event) => self.fold_event(event, entry),
        }
    }

    /// Takes in that an agent has read up to and with `seq`.
    pub fn mark_read_by_agent(&mut self, seq: u64) {
        if seq >= self.last_visitor_message_seq {
            self.unread = 0;
        }
    }

    /// Takes the pending reply out where an entry decides on it.
    fn settle_pending(&mut self, entry: &Entry) {
        let Some(reply) = self.pending_id() else { return };
        if let Some(settled) = Settled::by_entry(reply, entry) {
            self.pending = None;
            self.settled = Some(Arc::new(settled));
        }
    }

    fn fold_message(&mut self, entry: &Entry, content: &Content) {
        let role = entry.author.kind.role();
        match role {
            // Its recipient has read it.
            Role::Visitor if content.is_answered => {}
            Role::Visitor => {
                self.wake();
                self.unread += 1;
                self.last_visitor_message_seq = entry.seq;
            }
            Role::Agent => {
                self.unread = 0;
                self.answered_seq = self.last_visitor_message_seq;
            }
            Role::Assistant | Role::System => {}
        }
        self.answered_seq = self.answered_seq.max(content.answers.unwrap_or(0));
        if entry.is_automatic() {
            return;
        }
        let preview = masked_start(&content.text, PREVIEW_CHARS);
        self.last_message = Some(LastMessage { seq: entry.seq, role, preview: preview.into() });
    }

    fn fold_event(&mut self, event: &Event, entry: &Entry) {
        let now = entry.created_at;
        if self.raises_takeover(&entry.body) != 0 {
            self.wake();
        }
        match event {
            Event::Handoff { reason, ticket, .. } => {
                if !matches!(self.responder, Responder::Waiting { .. }) {
                    (self.status, self.responder) = resting(false, now);
                }
                // Who waited before they asked keeps their place, also after an agent came and went.
                let at = self.responder.since();
                self.handoff = Some(Handoff { reason: reason.clone(), ticket: *ticket, at });
            }
            Event::Takeover { agent } => {
                self.status = Status::Open;
                self.responder = Responder::Agent { agent: agent.clone(), since: now };
                self.assignee = Some(agent.clone());
            }
            Event::Release { to_assistant, .. } => {
                // Who goes back to the queue keeps the place they had: the request for a person still stands.
                if *to_assistant {
                    self.handoff = None;
                }
                let since = self.handoff.as_ref().map_or(now, |handoff| handoff.at);
                (self.status, self.responder) = resting(*to_assistant, since);
            }
            Event::Assigned { agent } => self.assignee.clone_from(agent),
            Event::CallStarted { call } => self.call = Some(LiveCall { id: *call, since: now }),
            Event::CallEnded { call, .. } => {
                if self.call.is_some_and(|live| live.id == *call) {
                    self.call = None;
                }
                // What was said and typed during the call was answered in it.
                self.answered_seq = self.last_visitor_message_seq;
            }
            Event::Closed { by: _ } => {
                self.status = Status::Closed;
                self.closed_at = Some(now);
                // A closed conversation waits for nobody.
                if matches!(self.responder, Responder::Waiting { .. }) {
                    self.responder = Responder::Assistant { since: now };
                }
            }
            Event::MessageRated { .. } => {}
            Event::ReplyPending(_)
            | Event::ReplyHeld { .. }
            | Event::ReplyStopped { .. }
            | Event::Snoozed { .. }
            | Event::ModeSet { .. } => self.fold_act_of_desk(event, entry),
            Event::Rated { score, comment } => {
                let first_at = self.rating.as_ref().map_or(now, |rating| rating.first_at);
                self.rating = Some(Rating { score: *score, comment: comment.clone(), at: now, first_at });
            }
        }
    }

    /// Takes in what agents alone see.
    fn fold_act_of_desk(&mut self, event: &Event, entry: &Entry) {
        match event {
            Event::ReplyPending(pending) => self.pending = Some(pending.clone()),
            Event::ReplyHeld { reply, agent, due_at, at_deadline } => {
                if let Some(pending) = self.pending.as_mut().filter(|pending| pending.id == *reply) {
                    let pending = Arc::make_mut(pending);
                    pending.held_by = Some(agent.clone());
                    (pending.due_at, pending.at_deadline) = (*due_at, *at_deadline);
                }
            }
            Event::ReplyStopped { reply, answers, .. } => {
                self.answered_seq = self.answered_seq.max(*answers);
                if entry.author.kind == UserKind::Agent {
                    let by = Some(entry.author.clone());
                    let settled = Settled { reply: *reply, verdict: Verdict::Stopped, by };
                    self.settled = Some(Arc::new(settled));
                }
            }
            Event::Snoozed { until: Some(until) } => {
                self.status = Status::Snoozed;
                self.snoozed_until = Some(*until);
            }
            Event::Snoozed { until: None } => self.wake(),
            Event::ModeSet { mode } => self.mode = *mode,
            _ => {}
        }
    }

    /// Puts it aside no longer.
    fn wake(&mut self) {
        if self.snoozed_until.take().is_some() {
            self.status = Status::Open;
        }
    }

    fn raises_takeover(&self, body: &Body) -> u64 {
        let raises = match body {
            Body::Message(_)
            | Body::Note(_)
            | Body::Event(
                Event::Assigned { .. }
                | Event::CallStarted { .. }
                | Event::CallEnded { .. }
                | Event::MessageRated { .. }
                | Event::ReplyPending(_)
                | Event::ReplyHeld { .. }
                | Event::ReplyStopped { .. }
                | Event::ModeSet { .. }
                | Event::Snoozed { .. }
                | Event::Rated { .. },
            ) => false,
            Body::Event(Event::Handoff { .. }) => !matches!(self.responder, Responder::Waiting { .. }),
            Body::Event(Event::Takeover { .. } | Event::Release { .. } | Event::Closed { .. }) => true,
        };
        u64::from(raises)
    }
}

/// Who answers when no agent does.
fn resting(has_assistant: bool, since: Timestamp) -> (Status, Responder) {
    if has_assistant {
        (Status::Open, Responder::Assistant { since })
    } else {
        (Status::Waiting, Responder::Waiting { since })
    }
}

impl ClosedBy {
    /// Who closes when this kind of user ends a conversation.
    #[must_use]
    pub fn from_kind(kind: crate::UserKind) -> Self {
        match kind {
            crate::UserKind::Visitor => Self::Visitor,
            crate::UserKind::Agent => Self::Agent,
            crate::UserKind::Assistant | crate::UserKind::Server | crate::UserKind::System => Self::System,
        }
    }
}
