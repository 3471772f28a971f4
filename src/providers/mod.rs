//! Everything that talks to a model: chat, embeddings, and searches that a provider runs.
//!
//! A call goes through the outbound gateway, is streamed, bounded in time and size, and ends upstream when its stream is dropped.
//! `ProviderError` tells the caller what to do next, and never holds a key. Nothing here is retried, stored or counted: callers do that.
//! The types of OpenAI's requests are those of async-openai. Its client is not used: it retries by itself, logs what providers answer, drops their headers, and buffers without bound.

mod anthropic_request;
mod anthropic_stream;
mod chat;
mod connect;
mod counts;
mod embed;
mod endpoint;
mod error;
mod estimate;
mod failure;
mod openai_request;
mod openai_stream;
mod own_fields;
mod prompt_parser;
mod prompt_tools;
mod reasoning;
mod scrub;
mod sse;
mod stream;
mod transport;
mod vector_store;
mod web_search;

#[cfg(test)]
mod chat_tests;
#[cfg(test)]
mod failure_tests;
#[cfg(test)]
mod setup_for_tests;
#[cfg(test)]
mod tools_tests;

pub use chat::{
    ChatDone, ChatItem, ChatMessage, ChatProvider, ChatRequest, ChatStream, Finish, Part, TokenUsage,
    ToolCall, ToolSpec,
};
pub use connect::connect;
pub use counts::token_count;
pub use embed::{Embedded, embed};
pub use endpoint::{Endpoint, ProviderKind, ToolCalling};
pub use error::ProviderError;
pub use estimate::{FRAME_TOKENS, count_at_most, estimate_tokens};
pub use own_fields::OwnFields;
pub use stream::read_to_end;
pub use vector_store::{StorePassage, search_vector_store};
pub use web_search::{WEB_ANSWER_MAX_TOKENS, WebAnswer, WebSource, search_web};
