//! What agents keep, and the index by which they search.

mod canned_files;
mod canned_replies;
mod drafts;
mod follows;
mod notification_choices;
mod notification_writes;
mod notifications;
mod push_subscriptions;
mod search;
mod search_doc;
pub(in crate::db) mod search_feed;
mod search_few;
mod search_filters;
mod search_hit;
mod search_index;
mod search_rows;
#[cfg(test)]
mod search_tests;
mod searching;
mod stored_view;
mod views;

pub use canned_files::CannedFiles;
pub use canned_replies::CannedReplies;
pub use drafts::Drafts;
pub use follows::Follows;
pub use notification_choices::NotificationChoicesOf;
pub use notifications::{Notifications, ReadNotifications};
pub use push_subscriptions::PushSubscriptions;
pub(super) use push_subscriptions::remove_ended as remove_ended_push_subscriptions;
pub use search::{Search, WindowOutcome};
pub use search_index::SearchIndex;
pub use views::Views;
