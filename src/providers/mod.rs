//! Everything that talks to a model, by what is asked of it: chats, embeddings, and searches that a provider runs. What they share
//! stands beside the folders: endpoints, the transport, errors and how they are read, counts of tokens.
//!
//! A call goes through the outbound gateway, is streamed, bounded in time and size, and ends upstream when its stream is dropped.
//! `ProviderError` tells the caller what to do next, and never holds a key. Nothing here is retried, stored or counted: callers do that.
//! The types of OpenAI's requests are those of async-openai. Its client is not used: it retries by itself, logs what providers answer, drops their headers, and buffers without bound.

mod chat;
mod counts;
mod embed;
mod endpoint;
mod error;
mod estimate;
mod failure;
pub mod local_voice;
pub mod realtime;
mod scrub;
mod search;
mod traced;
mod transport;

#[cfg(test)]
mod setup_for_tests;

pub use chat::{
    ChatDone, ChatItem, ChatMessage, ChatProvider, ChatRequest, ChatStream, Finish, OwnFields, Part,
    TokenUsage, ToolCall, ToolSpec, connect, read_to_end,
};
pub use counts::token_count;
pub use embed::{Embedded, embed};
pub use endpoint::{Endpoint, ProviderKind, ToolCalling};
pub use error::ProviderError;
pub use estimate::{FRAME_TOKENS, count_at_most, estimate_tokens};
pub use search::{
    StorePassage, WEB_ANSWER_MAX_TOKENS, WebAnswer, WebSource, search_vector_store, search_web,
};
