//! The agents' desk: what agents keep to work with, and how they find things again.
//!
//! Canned replies, drafts, what agents follow, saved views, notifications and search. The index of search is written by a job right behind the commits
//! (`search_job`), never in a message's own commit; whom notes mention is notified by the same job, in the same
//! transaction, so that nobody is told twice or not at all. The hub knows nothing of the desk.

mod canned_csv;
mod canned_fields;
mod canned_files;
mod canned_replies;
mod canned_scope;
mod drafts;
mod follows;
mod notifications;
mod search;
mod search_job;
mod search_query;
mod search_snippet;
mod search_text;
mod search_words;
mod service;
mod views;

pub use canned_fields::CannedReplyFields;
pub use canned_replies::CannedReplies;
pub use canned_scope::CannedScope;
pub use drafts::Drafts;
pub use follows::Follows;
pub use notifications::Notifications;
pub use search::{Search, SearchFilter, SearchResult};
pub use search_snippet::SnippetPart;
pub use service::Desk;
pub use views::{NewView, ViewChange, Views};
