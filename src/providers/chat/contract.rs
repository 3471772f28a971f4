//! Provider-independent types of a chat with a model.

use super::own_fields::OwnFields;
use crate::providers::error::ProviderError;
use bytes::Bytes;
use futures_util::Stream;
use futures_util::future::BoxFuture;
use serde_json::Value;
use std::fmt::Debug;
use std::pin::Pin;

/// One question to a model, with everything it is to know.
#[derive(Debug, Clone, PartialEq)]
pub struct ChatRequest {
    /// The model's name, or Azure's deployment.
    pub model: String,
    /// What was said, oldest first.
    pub messages: Vec<ChatMessage>,
    /// What the model may call.
    pub tools: Vec<ToolSpec>,
    /// How freely it chooses words; some models take none.
    pub temperature: Option<f32>,
    /// The answer ends after this many tokens.
    pub max_output_tokens: u32,
}

/// One message of a chat.
#[derive(Debug, Clone, PartialEq)]
pub enum ChatMessage {
    /// Instructions.
    System(String),
    /// What the visitor said and showed.
    User(Vec<Part>),
    /// What the model said and called.
    Assistant {
        /// Its words; may be empty beside calls.
        text: String,
        /// Its calls, each of which a `Tool` message answers.
        tool_calls: Vec<ToolCall>,
        /// The provider's own fields of the message, for the same provider only.
        own_fields: OwnFields,
    },
    /// What a call came to.
    Tool {
        /// The call's id.
        call_id: String,
        /// The tool's name.
        name: String,
        /// The result, as text.
        content: String,
    },
}

/// A part of what a visitor said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Words.
    Text(String),
    /// A picture.
    Image {
        /// Such as `image/png`.
        content_type: String,
        /// The file.
        bytes: Bytes,
    },
}

/// A tool the model may call.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolSpec {
    /// Letters, digits, `_` and `-`, at most 64.
    pub name: String,
    /// When to call it.
    pub description: String,
    /// A JSON schema of an object.
    pub parameters: Value,
}

/// A call of a tool, as the model made it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ToolCall {
    /// The model's id for it, or ours where it gave none.
    pub id: String,
    /// The tool; models invent names.
    pub name: String,
    /// Should be a JSON object; models make mistakes.
    pub arguments: String,
    /// The provider's own fields of the call, for the same provider only.
    pub own_fields: OwnFields,
}

/// What comes out of a stream. `Done` is the last item of a stream without an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChatItem {
    /// The next words; never empty.
    Text(String),
    /// A call, whole.
    ToolCall(ToolCall),
    /// The answer is complete.
    Done(ChatDone),
}

/// What is known at the end of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatDone {
    /// What the provider counted, where it says so.
    pub usage: Option<TokenUsage>,
    /// Why the answer ended.
    pub finish: Finish,
    /// The model that answered, as the provider names it.
    pub model: Option<String>,
    /// The provider's id of the request, for asking its support.
    pub request_id: Option<String>,
    /// The provider's own fields of the message, which it wants back with the results of its calls.
    pub own_fields: OwnFields,
}

/// Tokens as the provider counted them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TokenUsage {
    /// All of the prompt, with what was read from the provider's cache.
    pub input_tokens: u64,
    /// All of the answer, with hidden thoughts.
    pub output_tokens: u64,
    /// The part of the prompt that was read from the provider's cache.
    pub cached_input_tokens: u64,
}

/// Why an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finish {
    /// It was complete.
    Stop,
    /// It reached the limit of tokens; a call may be cut off inside.
    Length,
    /// It waits for the results of its calls.
    ToolCalls,
    /// The provider would not let the model go on.
    Filtered,
}

/// An answer as it comes. Dropping it ends the request upstream.
pub type ChatStream = Pin<Box<dyn Stream<Item = Result<ChatItem, ProviderError>> + Send>>;

/// Something that answers chats.
pub trait ChatProvider: Debug + Send + Sync {
    /// Asks, and returns as soon as the provider begins to answer.
    fn chat(&self, request: ChatRequest) -> BoxFuture<'static, Result<ChatStream, ProviderError>>;
}
