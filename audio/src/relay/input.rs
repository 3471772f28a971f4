//! Inputs of the relay.

use std::sync::Arc;

use crate::relay::{CallId, ItemId, LinkId, RequestTag, ResponseId, Role, SayId};
use crate::{CallLimits, Played};

/// What a provider can do; the relay does without what is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    /// It ends a response when told to.
    pub can_cancel: bool,
    /// It ends a response by itself when the visitor begins to speak.
    pub cancels_on_speech: bool,
    /// It forgets what was not heard when told to.
    pub can_truncate: bool,
    /// It answers a turn of the visitor by itself.
    pub answers_turns: bool,
    /// It says when the visitor begins and ends. Where it does not, the relay detects turns itself, and their words come
    /// without a last one.
    pub detects_turns: bool,
    /// The sound that it is sent is its clock: without it, it neither hears nor speaks.
    pub needs_sound: bool,
    /// It counts tokens for every response.
    pub counts_tokens: bool,
    /// It says words that are given to it exactly.
    pub says_verbatim: bool,
    /// The longest a connection may last.
    pub max_session_ms: Option<u64>,
}

impl Capabilities {
    /// Those of nobody: before a provider has said anything, nothing is counted on.
    pub const NONE: Self = Self {
        can_cancel: false,
        cancels_on_speech: false,
        can_truncate: false,
        answers_turns: false,
        detects_turns: true,
        needs_sound: false,
        counts_tokens: true,
        says_verbatim: true,
        max_session_ms: None,
    };
}

/// What holds for a call from its beginning.
#[derive(Debug, Clone)]
pub struct Rules {
    /// How long it may last and what it may cost.
    pub limits: CallLimits,
    /// How many providers may be tried, in order; at least one.
    pub provider_count: usize,
    /// Frames of 20 ms in one message upstream: one for the least delay, five for a third of the cost.
    pub frames_per_append: usize,
    /// Whether the assistant speaks first.
    pub greets: bool,
    /// Silence that ends a turn of the visitor, where the relay detects turns itself.
    pub silence_ms: u64,
    /// A visitor's leg may be lost for so long until the provider is disconnected; it is called again when they are back.
    pub absent_ms: u64,
}

/// Something that happens.
#[derive(Debug, Clone)]
pub enum Input {
    /// The visitor's leg is there, for the first time or again.
    LegConnected,
    /// The visitor's leg is gone; it may come back.
    LegLost,
    /// The visitor ends the call.
    HangUp,
    /// The visitor mutes their microphone.
    Mute,
    /// The visitor opens their microphone again.
    Unmute,
    /// 20 ms of the visitor's microphone, PCM16 at 24 kHz.
    Microphone(Vec<u8>),
    /// What the browser has played.
    Played(Played),
    /// The visitor typed this during the call; it is in the conversation already.
    Typed(Arc<str>),
    /// Something from a provider.
    Upstream(LinkId, Event),
    /// A tool has come to an end.
    ToolEnded(CallId, Outcome),
    /// More of the answer to a delegated task is written; [`Input::ToolEnded`] has all of it.
    DelegationWords(CallId, Arc<str>),
    /// 20 ms of the agent's microphone.
    AgentAudio(Vec<u8>),
    /// Something an agent did.
    Agent(AgentAction),
    /// What the visitor or the agent says to the other, from whoever writes it down. The item names the utterance.
    Overheard(Role, ItemId, Overheard),
    /// The conversation asks for a person.
    PersonWanted,
    /// Nobody is waited for any more: the visitor goes on with the assistant.
    PersonUnwanted,
    /// What an event has cost, in billionths of a dollar.
    Spent(u64),
    /// The org has reached a limit of what its calls may cost together: this one is over.
    OrgLimitReached,
    /// Time has passed; see [`crate::relay::Relay::next_deadline`].
    Tick,
}

/// How an utterance goes that is said to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Overheard {
    /// It begins.
    Began,
    /// It is over; its words follow.
    Ended,
    /// More of its words.
    Words(Arc<str>),
    /// All of its words, whatever came before.
    Transcribed(Arc<str>),
    /// It could not be put in words.
    Nothing,
}

/// Something from a provider, in nobody's dialect.
#[derive(Debug, Clone)]
pub enum Event {
    /// The connection stands.
    Connected(Capabilities),
    /// The configuration holds; from now on it may hear the visitor.
    Configured,
    /// The visitor begins to speak.
    SpeechStarted,
    /// The visitor has stopped.
    SpeechStopped,
    /// The visitor's turn has become this item.
    TurnCommitted {
        /// The item.
        item: ItemId,
        /// The item it comes after, where that is said.
        after: Option<ItemId>,
    },
    /// More of what the visitor said, in words: the last word on it comes with [`Event::TurnTranscribed`].
    TurnWords(ItemId, Arc<str>),
    /// What the visitor said, in words, all of it.
    TurnTranscribed(ItemId, Arc<str>),
    /// What the visitor said could not be put in words.
    TurnFailed(ItemId),
    /// A response has begun.
    ResponseCreated(ResponseId, Option<RequestTag>),
    /// A response has a spoken item.
    ItemAdded(ResponseId, ItemId),
    /// Sound of an item: any number of bytes.
    Audio(ItemId, Vec<u8>),
    /// Words of an item.
    Text(ItemId, Arc<str>),
    /// Words of an item and when they are heard, in milliseconds from the item's beginning.
    TimedText {
        /// The item.
        item: ItemId,
        /// The words.
        words: Arc<str>,
        /// When they begin.
        from_ms: u64,
        /// When they are over.
        to_ms: u64,
    },
    /// An item is complete.
    ItemDone(ItemId),
    /// A response calls a tool.
    ToolCalled {
        /// The response.
        response: ResponseId,
        /// Its place among the response's outputs.
        index: u32,
        /// The call.
        call: CallId,
        /// The tool.
        name: Arc<str>,
        /// What it is called with, opaque here.
        arguments: Arc<str>,
    },
    /// The model hands a task over: what it is about was said last. The answer is spoken by the model.
    Delegated(CallId),
    /// The model needs no answer to a task any more that it has handed over.
    DelegationCancelled(CallId),
    /// A response is over.
    ResponseDone(ResponseId, ReplyStatus, Tokens),
    /// A request for a response was refused: this one, or the one that is out.
    ResponseRefused(Option<RequestTag>, Obstacle),
    /// The provider can do less, or more, than was known when the connection was made.
    Capable(Capabilities),
    /// The provider will end this connection in so many milliseconds.
    ExpiresIn(u64),
    /// The connection is gone, or never came.
    Lost(Loss),
}

/// Why a request for a response was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// Another response is active; the request is taken once that is over.
    Active,
    /// Something else, which may pass.
    Other,
}

/// What a response used, by the provider's own count. What was cached is part of what went in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tokens {
    /// Text in.
    pub text_in: u64,
    /// Sound in.
    pub audio_in: u64,
    /// Of the text in, what was cached.
    pub cached_text_in: u64,
    /// Of the sound in, what was cached.
    pub cached_audio_in: u64,
    /// Text out.
    pub text_out: u64,
    /// Sound out.
    pub audio_out: u64,
}

/// Whether to try a provider again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// It may work again.
    Passing,
    /// It will not: the key, the model or the money is missing.
    Final,
}

/// How a response ended, as the provider says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplyStatus {
    /// To its end.
    Completed,
    /// Cut.
    Cancelled,
    /// Not to its end.
    Failed,
}

/// How a tool ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// With this for the model, opaque here.
    Done(Arc<str>),
    /// With nothing.
    Failed,
    /// Not in time.
    TimedOut,
}

/// Something an agent did. What takes or gives the conversation has been committed before.
#[derive(Debug, Clone)]
pub enum AgentAction {
    /// Listens from now on.
    Listen,
    /// Listens no more.
    StopListening,
    /// Tells the assistant something that the visitor never hears or reads.
    Whisper(Arc<str>),
    /// Lets the assistant's voice say something, word by word.
    Say(SayId, Arc<str>),
    /// Takes such words back before they are heard.
    TakeBack(SayId),
    /// Has taken the call.
    Take,
    /// Has taken the conversation by text, with no voice yet.
    TakeByText,
    /// Lets the visitor wait.
    Hold,
    /// Gives the call back, with what happened meanwhile.
    GiveBack(Arc<str>),
    /// Their voice leg is gone.
    Lost,
    /// Ends the call.
    End,
}
