//! Outputs of the relay.

use std::sync::Arc;

use super::{
    CallId, ItemId, LinkId, Outcome, ReplyId, ReplyStatus, RequestTag, ResponseId, Role, SayId, Tokens,
};
use crate::{Generation, PlayFrame, Speaker, UtteranceId};

/// Something to carry out, in this order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// Connect to this provider.
    Dial {
        /// The name of the new connection.
        link: LinkId,
        /// Which provider, in the order of the channel.
        provider: usize,
    },
    /// End this connection; nothing more is heard of it.
    Drop(LinkId),
    /// Tell a provider this.
    Send(LinkId, Command),
    /// Read on, or no more until told.
    Read(bool),
    /// A frame of the assistant for the visitor.
    Play(PlayFrame),
    /// A frame of the agent for the visitor.
    PlayAgent(Vec<u8>),
    /// A frame of the visitor for the agent who has the call, or who listens.
    Monitor(Role, Vec<u8>),
    /// The visitor drops everything older than this generation.
    Clear(Generation),
    /// An utterance begins.
    Began(UtteranceId, Role),
    /// Words of an utterance: of the assistant's, those that came now; of a person's, all so far.
    Words(UtteranceId, Role, Arc<str>),
    /// At the end of the call the words of this turn of the visitor's are still to come, and with them its entry.
    /// `words` are those that have come.
    Unheard {
        /// Which.
        utterance: UtteranceId,
        /// What the provider calls it.
        item: ItemId,
        /// Its words so far.
        words: Arc<str>,
    },
    /// An utterance for the conversation, in its order; once each, unless it is [`Output::Unheard`].
    Write {
        /// Which.
        utterance: UtteranceId,
        /// Whose.
        role: Role,
        /// What was said, and for the assistant what of it was heard.
        text: Arc<str>,
        /// How it ended.
        ending: Ending,
    },
    /// Words that an agent lets the assistant say have come so far.
    Said(SayId, SayStage),
    /// Who is speaking has changed.
    Turn(Speaker),
    /// The state to show has changed.
    State(Floor, LinkHealth),
    /// Run this tool.
    RunTool {
        /// The call.
        call: CallId,
        /// The tool.
        name: Arc<str>,
        /// With what.
        arguments: Arc<str>,
    },
    /// Let the org's assistant answer what was said last, for the model to speak.
    Delegate {
        /// The task's name at the provider.
        call: CallId,
        /// What was said in the call and before it, the oldest first; the last is the visitor's.
        dialogue: Vec<Turn>,
    },
    /// Nobody needs the answer to this task any more.
    CancelDelegation(CallId),
    /// What a tool does, to show.
    Tool(Arc<str>, ToolStage),
    /// A reply has begun.
    ReplyBegan(ReplyId, ResponseId),
    /// A reply is over; once each.
    ReplyEnded(ReplyId, ReplyEnd),
    /// The first sound of an answer has come, so many milliseconds after the visitor's turn was over.
    Answered(u64),
    /// What a response used; once each, also of those nobody heard.
    Used(ResponseId, Tokens),
    /// Play a local clip to the visitor.
    Clip(Clip),
    /// Give the conversation back to the assistant, in the log.
    Release(ReleaseReason),
    /// Ask for a person: no provider is left.
    AskForPerson,
    /// The call is over.
    Ended {
        /// Why.
        reason: EndReason,
        /// How long it was.
        seconds: u64,
    },
}

/// Something to tell a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Set the session up; `history` is what was said so far.
    Configure {
        /// Everything said and done before, oldest first.
        history: Vec<Turn>,
        /// How easily the assistant is interrupted at first.
        sensitivity: Sensitivity,
    },
    /// How easily the assistant is interrupted from now on.
    SetSensitivity(Sensitivity),
    /// Sound of the visitor.
    Append(Vec<u8>),
    /// Respond.
    Respond(RequestTag, Purpose),
    /// End a response.
    Cancel(ResponseId),
    /// End whichever response is active: one that was never announced is in the way.
    CancelActive,
    /// Forget what comes after so many milliseconds of this item.
    Truncate(ItemId, u64),
    /// Forget this item.
    Delete(ItemId),
    /// Take this into the conversation, without responding.
    Add(Turn),
    /// What a tool of this connection came to.
    ToolResult(CallId, Outcome),
    /// More of the answer to a delegated task of this connection; its result has all of it.
    DelegationWords(CallId, Arc<str>),
    /// What a delegated task of this connection came to: to be spoken.
    DelegationResult(CallId, Outcome),
    /// The visitor begins a turn with the sound sent last; its words belong to this item.
    BeginTurn(ItemId),
    /// That turn is over with the sound sent last.
    EndTurn(ItemId),
    /// Nothing more of this response is heard, though the provider cannot end it.
    Discard(ResponseId),
}

/// What became of words that an agent lets the assistant say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SayStage {
    /// They wait, or are being spoken into the playout queue; nothing of them was played.
    Waiting,
    /// Their first sound is on its way to the visitor.
    Speaking,
    /// An agent took them back: the visitor heard nothing of them.
    TakenBack,
    /// They were dropped before anything was played: the visitor spoke, an agent took over, or too many waited.
    Dropped,
}

/// How loud or long speech must be to interrupt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sensitivity {
    /// Little interrupts: echo cancellers have not learned the room yet.
    Low,
    /// As set.
    Normal,
}

/// What a response is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// To greet.
    Greeting,
    /// To answer what was said or found last.
    Answer,
    /// To say these words and no others.
    Say(SayId, Arc<str>),
}

/// One thing that was said or done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turn {
    /// Words of the visitor or the assistant.
    Said(Role, Arc<str>),
    /// A tool and what it came to.
    Tool(Arc<str>, Outcome),
    /// Something only the model hears.
    Told(Instruction),
}

/// Something only the model hears. The words of the fixed ones are the server's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Instruction {
    /// Come to an end soon.
    WrapUp,
    /// A person was asked for and nobody came.
    NobodyCame,
    /// An agent whispers.
    Whisper(Arc<str>),
    /// An agent had the call; go on without greeting.
    GivenBack(Arc<str>),
}

/// How an utterance ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// It was said, and heard, to its end.
    Whole,
    /// It was cut; the text is what was heard.
    Interrupted,
    /// Something was said that could not be put in words.
    Unintelligible,
}

/// Who has the call, as it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Floor {
    /// The assistant.
    Assistant,
    /// An agent who is not heard yet.
    Taking,
    /// An agent.
    Agent,
    /// Nobody for the moment.
    Hold,
}

/// How the way to the provider is, as it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkHealth {
    /// It stands.
    Ok,
    /// It is made, or made again.
    Reconnecting,
    /// No provider can be reached.
    Degraded,
}

/// What a tool does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToolStage {
    /// It runs.
    Running,
    /// It has come to something.
    Done,
    /// It has not.
    Failed,
}

/// How a reply ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplyEnd {
    /// The provider said so.
    Said(ReplyStatus),
    /// With its connection, or with the call.
    Lost,
}

/// A local clip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clip {
    /// One moment: the connection is made again.
    OneMoment,
    /// Something is looked up.
    Filler,
    /// Goodbye: a limit is reached.
    Goodbye,
}

/// Why the conversation goes back to the assistant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReleaseReason {
    /// A person was asked for and nobody took the call.
    NobodyCame,
    /// The agent's leg was lost and did not come back.
    AgentLost,
}

/// Why a call is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndReason {
    /// The visitor ended it, or did not come back.
    Visitor,
    /// An agent ended it, or went on by text.
    Agent,
    /// It was too long.
    Limit,
    /// It cost too much.
    Budget,
    /// Nobody said anything.
    Idle,
    /// No provider and no person could be reached.
    Error,
}
