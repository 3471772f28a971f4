//! Requests to a session, independent of the dialect. The caller supplies every sentence.

use std::sync::Arc;

use audio::relay::{CallId, ItemId, RequestTag, ResponseId, Sensitivity};

/// Something to tell a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Set the session up; `history` is what was said so far.
    Configure {
        /// Everything said and done before, oldest first.
        history: Vec<Item>,
        /// How easily the assistant is interrupted at first.
        sensitivity: Sensitivity,
    },
    /// How easily the assistant is interrupted from now on.
    SetSensitivity(Sensitivity),
    /// Sound of whoever speaks to the session: PCM16 at 24 kHz.
    Append(Vec<u8>),
    /// Respond.
    Respond {
        /// Our name for the request.
        tag: RequestTag,
        /// What this response is told beside the instructions of the session.
        instructions: Option<String>,
        /// What a model is told that decides by itself when to speak.
        prompt: String,
        /// Whether it may call tools.
        may_call_tools: bool,
        /// The words it is to say and no others, where they are given.
        words: Option<Arc<str>>,
    },
    /// End a response.
    Cancel(ResponseId),
    /// End whichever response is active.
    CancelActive,
    /// Forget what comes after so many milliseconds of this item.
    Truncate(ItemId, u64),
    /// Forget this item.
    Delete(ItemId),
    /// Take this into the conversation, without responding.
    Add(Item),
    /// What a tool of this connection came to, for the model.
    ToolResult(CallId, String),
    /// More of the answer to a task, while it is written, for a voice that says it as it is. The result has all of it.
    DelegationWords(CallId, Arc<str>),
    /// What a task came to that the model of this connection has delegated, to be spoken.
    DelegationResult {
        /// The task.
        task: CallId,
        /// What a model is told of it.
        told: String,
        /// The answer itself, for a voice that says it as it is; `None` where there is none.
        words: Option<Arc<str>>,
    },
    /// A turn of whoever speaks begins with the sound sent last; its words belong to this item.
    BeginTurn(ItemId),
    /// That turn is over with the sound sent last.
    EndTurn(ItemId),
    /// Nothing more of this response is passed on.
    Discard(ResponseId),
}

/// One thing that was said or done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// Somebody's words.
    Message(Author, Arc<str>),
    /// A tool was called with nothing, and gave this.
    Tool {
        /// Its name.
        name: Arc<str>,
        /// What it came to, for the model.
        output: String,
    },
}

/// What the operator tells a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// The call ends soon.
    CallEnds,
    /// A person was asked for, and nobody came.
    NobodyCame,
    /// A person has had the call and gives it back.
    GivenBack,
}

/// Whose words a model takes them for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Author {
    /// Whoever speaks with the model.
    User,
    /// The model's own.
    Assistant,
    /// The operator's: only the model hears them.
    System(Notice),
    /// Known to the model alone, as a colleague has whispered it.
    Whisper,
}
