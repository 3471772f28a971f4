//! Searches that a provider runs: of its own vector stores, and of the web.

mod vector_store;
mod web_search;

pub use vector_store::{StorePassage, search_vector_store};
pub use web_search::{WEB_ANSWER_MAX_TOKENS, WebAnswer, WebSource, search_web};
