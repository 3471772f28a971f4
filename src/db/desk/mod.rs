//! What agents keep, and the index by which they search.

mod canned_files;
mod canned_replies;
mod drafts;
mod follows;
mod notifications;
mod search;
mod search_doc;
pub(in crate::db) mod search_feed;
mod search_index;
mod search_rows;
mod stored_view;
mod views;

pub use canned_files::CannedFiles;
pub use canned_replies::CannedReplies;
pub use drafts::Drafts;
pub use follows::Follows;
pub use notifications::Notifications;
pub use search::{Search, WindowOutcome};
pub use search_index::SearchIndex;
pub use views::Views;
