//! Chats: a request with messages and tools goes out in the words of OpenAI or Anthropic, and what comes back is a stream
//! of items, whoever runs the model. Models without tools get theirs by prompt.

mod anthropic_request;
mod anthropic_stream;
mod connect;
mod contract;
mod openai_request;
mod openai_stream;
mod own_fields;
mod prompt_parser;
mod prompt_tools;
mod reasoning;
mod sse;
mod stream;
mod traced_stream;

#[cfg(test)]
mod chat_tests;
#[cfg(test)]
mod failure_tests;
#[cfg(test)]
mod tools_tests;

pub use connect::connect;
pub use contract::{
    ChatDone, ChatItem, ChatMessage, ChatProvider, ChatRequest, ChatStream, Finish, Part, TokenUsage,
    ToolCall, ToolSpec,
};
pub use own_fields::OwnFields;
pub use stream::read_to_end;
