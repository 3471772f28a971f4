//! The agents' desk: what agents keep to work with, and how they find things again.
//!
//! Canned replies, drafts, what agents follow, saved views, notifications and search. The index of search is written by a job right behind the commits
//! (`search_job`), never in a message's own commit; whom notes mention is notified by the same job, in the same
//! transaction, so that nobody is told twice or not at all. Of everything else agents are notified by a job of its own
//! behind a bounded queue (`notification_feed`, `notification_rules`, `notification_job`): the hub only adds to the queue,
//! and what does not fit is counted and not told. The hub knows nothing of the desk.

mod canned_csv;
mod canned_fields;
mod canned_files;
mod canned_replies;
mod canned_scope;
mod drafts;
mod follows;
mod notification_choices;
mod notification_delivery;
mod notification_feed;
mod notification_job;
mod notification_rules;
mod notification_upkeep;
mod notifications;
mod push;
mod push_job;
mod quiet_hours;
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
pub use notification_choices::OwnChoices;
pub use notifications::{Notifications, Read};
pub use push::{NewPushSubscription, OwnPush};
pub use search::{Search, SearchFilter, SearchResult};
pub use search_snippet::SnippetPart;
pub use service::Desk;
pub use views::{NewView, ViewChange, Views};
