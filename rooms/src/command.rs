//! Commands to a room and its refusals.

use std::sync::Arc;

use crate::{
    CallId, ConnectionId, Content, EntryId, ExpectedAssignee, Failure, OwnMode, Score, Settled, Stage, Thumb,
    TicketId, Timestamp, User, UserId,
};

/// Who answers after a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReleaseTo {
    /// The assistant.
    Assistant,
    /// The queue: the conversation waits for a person.
    Waiting,
}

/// What becomes of a supervised reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SupervisorAct {
    /// It waits for the agent.
    Hold,
    /// It goes out: what is written of it at once, the rest as it is written.
    Send,
    /// It goes out in other words.
    Edit(Arc<str>),
    /// It does not go out.
    Stop {
        /// Why, where they said it.
        reason: Option<Arc<str>>,
    },
    /// Its time is over: what its mode says is done.
    Deadline,
}

/// Something somebody wants of a room. Ids that may be needed come with it.
#[derive(Debug, Clone)]
pub enum Command {
    /// A connection joins.
    Join {
        /// Which.
        connection: ConnectionId,
        /// Whose.
        user: User,
    },
    /// A connection leaves, or is gone.
    Leave {
        /// Which.
        connection: ConnectionId,
    },
    /// Nothing has been heard of a connection for so long that its user counts as gone, without a grace period.
    FallSilent {
        /// Which.
        connection: ConnectionId,
    },
    /// Write a message.
    Send {
        /// Who writes.
        author: User,
        /// The id of the entry.
        id: EntryId,
        /// The words.
        content: Content,
        /// Ids for the handoff event and its ticket, should the words ask for a person.
        handoff_ids: (EntryId, TicketId),
    },
    /// Write a note.
    Note {
        /// Who writes.
        author: User,
        /// The id of the entry.
        id: EntryId,
        /// The words.
        content: Content,
    },
    /// Somebody types.
    StartTyping {
        /// Who.
        user: User,
        /// What they have written so far; kept from visitors.
        preview: Option<Arc<str>>,
    },
    /// Somebody stopped typing.
    StopTyping {
        /// Who.
        user: User,
    },
    /// Somebody has read up to and with `seq`.
    Read {
        /// Who.
        user: User,
        /// Up to here.
        seq: u64,
    },
    /// Ask for a person.
    RequestHandoff {
        /// Who asks.
        by: User,
        /// Why.
        reason: Arc<str>,
        /// Ids for the event and its ticket.
        ids: (EntryId, TicketId),
    },
    /// Become the responder.
    TakeOver {
        /// Who.
        agent: User,
        /// The takeover number the caller saw, where they said it.
        seen: Option<u64>,
        /// The holder to take it from; without one a held conversation is refused.
        from: Option<UserId>,
        /// The id of the event.
        id: EntryId,
    },
    /// Hand back.
    Release {
        /// Who.
        agent: User,
        /// Who answers next, where they said it.
        to: Option<ReleaseTo>,
        /// Why, where it is not the agent's own act.
        reason: Option<Arc<str>>,
        /// The id of the event.
        id: EntryId,
    },
    /// Set the assignee; while an agent holds the conversation, another agent becomes its holder too.
    Assign {
        /// Who does it.
        by: User,
        /// The new assignee.
        agent: Option<User>,
        /// The assignee the caller saw.
        expected: ExpectedAssignee,
        /// The ids of the events: the assignment, and the takeover where it hands over.
        ids: (EntryId, EntryId),
        /// A note about it for the agents, with the id of its entry. Boxed, so that it makes no other command larger.
        note: Option<Box<(EntryId, Content)>>,
    },
    /// Go on with the assistant while no person has come.
    Resume {
        /// Who asks.
        by: User,
        /// Why.
        reason: Arc<str>,
        /// The id of the event.
        id: EntryId,
    },
    /// Begin a call.
    StartCall {
        /// Who calls.
        by: User,
        /// The call.
        call: CallId,
        /// The id of the event.
        id: EntryId,
    },
    /// End the call; ending one that has ended is fine.
    EndCall {
        /// Who ends it.
        by: User,
        /// The call.
        call: CallId,
        /// Why.
        reason: Arc<str>,
        /// When it was over, where that is not now.
        at: Option<Timestamp>,
        /// The id of the event.
        id: EntryId,
    },
    /// Write what a person said to another in a call: it was said, whoever has the conversation by now.
    Overhear {
        /// Who said it.
        author: User,
        /// The id of the entry.
        id: EntryId,
        /// The words.
        content: Content,
    },
    /// Begin what the assistant says in a call: a reply that nothing has to wait for.
    BeginSpeech {
        /// The id its entry will have.
        id: EntryId,
        /// The assistant.
        author: User,
    },
    /// End what the assistant said in a call, with what was heard of it.
    FinishSpeech {
        /// The reply.
        id: EntryId,
        /// What was heard.
        text: Arc<str>,
        /// Whether it was cut.
        is_interrupted: bool,
        /// Opaque here.
        metadata: Option<Arc<str>>,
    },
    /// Begin a reply of the assistant.
    BeginReply {
        /// The id its entry will have.
        id: EntryId,
        /// The assistant.
        author: User,
    },
    /// Say what the assistant does.
    SetStage {
        /// The reply.
        id: EntryId,
        /// What is being done.
        stage: Stage,
    },
    /// Add a piece to a reply.
    WriteReply {
        /// The reply.
        id: EntryId,
        /// The piece.
        piece: Arc<str>,
    },
    /// End a reply with everything that was written.
    FinishReply {
        /// The reply.
        id: EntryId,
        /// Sources, choices and the like, opaque here.
        metadata: Option<Arc<str>>,
        /// What it used, for agents, opaque here.
        usage: Option<Arc<str>>,
        /// Why a person is wanted once it has gone out, should it wait for agents.
        handoff: Option<Arc<str>>,
        /// The id of the event, should it wait for agents.
        pending_id: EntryId,
    },
    /// End a reply that will not be finished.
    FailReply {
        /// The reply.
        id: EntryId,
        /// Why; `None` where the assistant has nothing to say.
        failure: Option<Failure>,
    },
    /// End a reply that must not go on; what was sent of it stays, marked as stopped.
    StopReply {
        /// The reply.
        id: EntryId,
    },
    /// Decide on a supervised reply.
    Supervise {
        /// Who: an agent, or the server where its time is over.
        by: User,
        /// The reply.
        reply: EntryId,
        /// What becomes of it.
        act: SupervisorAct,
        /// The id of the event, and of a ticket where a person is asked for.
        ids: (EntryId, TicketId),
    },
    /// Put aside until then, or no longer.
    Snooze {
        /// Who.
        by: User,
        /// Until when.
        until: Option<Timestamp>,
        /// The id of the event.
        id: EntryId,
    },
    /// Bring back what was put aside, once its time has come.
    Wake {
        /// The id of the event.
        id: EntryId,
    },
    /// Set when replies go out; `None` is what the channel says.
    SetMode {
        /// Who.
        by: User,
        /// The mode.
        mode: Option<OwnMode>,
        /// The id of the event.
        id: EntryId,
    },
    /// Ask for another try at what was not answered, or only in part.
    Retry,
    /// Rate an answer of the assistant.
    RateMessage {
        /// Who.
        by: User,
        /// The entry of the answer.
        message: EntryId,
        /// The rating it has.
        before: Option<Thumb>,
        /// The rating it shall have.
        thumb: Option<Thumb>,
        /// The id of the event.
        id: EntryId,
    },
    /// Rate the closed conversation.
    Rate {
        /// Who.
        by: User,
        /// How good it was.
        score: Score,
        /// Their words.
        comment: Option<Arc<str>>,
        /// The id of the event.
        id: EntryId,
    },
    /// Close, for good.
    End {
        /// Who.
        by: User,
        /// Whether it is closed because nobody wrote.
        idle: bool,
        /// The ids of the events: the close, and the end of the call where one is running.
        ids: (EntryId, EntryId),
    },
}

/// Why a room said no. Nothing has changed then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The conversation is closed.
    Closed,
    /// Another agent holds it.
    AlreadyTaken {
        /// Who.
        holder: User,
    },
    /// The caller does not hold it.
    NotHolder {
        /// Who does.
        holder: Option<User>,
    },
    /// The channel does not offer people.
    HandoffDisabled,
    /// Only what is closed can be rated.
    NotClosed,
    /// The time for a rating, or for changing it, is over.
    RatingOver,
    /// What the caller saw is no longer so.
    Conflict,
    /// The reply has ended, or an event has overrun it.
    Superseded,
    /// There is no such reply to decide on.
    NoSuchReply,
    /// It is decided already what becomes of the reply.
    Settled(Settled),
    /// There is nothing that the assistant should answer.
    NothingToAnswer,
    /// A call is going on already.
    InCall {
        /// Which.
        call: CallId,
    },
}
