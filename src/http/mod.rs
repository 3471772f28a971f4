//! REST under `/api/v1`, its document, and health. It translates and never decides.
//!
//! A handler reads a request ([`Caller`], [`Id`], [`Body`]), asks `accounts` or `hub`, and shows what comes
//! back as a view. What every answer has in common (one shape of errors, ids of requests, headers, CORS,
//! counting) is put on in one place, `middleware.rs`. `/api/v1/openapi.json` is generated from the handlers.

mod acting;
mod api;
mod assistant_log;
mod assistant_test;
mod attachments;
mod audit;
mod audited;
mod auth;
mod body;
mod bulk;
mod caller;
mod calls;
mod canned_files;
mod canned_replies;
mod channels;
mod commands;
mod conversations;
mod cookie;
mod cors;
mod create;
mod document;
mod drafts;
mod enums;
mod error;
mod follows;
mod health;
mod install_check;
mod knowledge;
mod knowledge_pairs;
mod knowledge_query;
mod knowledge_views;
mod mail_stop;
mod member_pictures;
mod members;
mod middleware;
mod notifications;
mod orgs;
mod own_voice;
mod pagination;
mod platform;
mod providers;
mod push;
mod ratings;
mod registration;
mod replies;
mod required_fields;
mod routes;
mod saved_views;
mod search;
mod security;
mod sessions;
mod settings;
mod sign_in_links;
mod submissions;
mod suggestions;
mod tickets;
mod token_rights;
mod tokens;
mod tools;
mod two_step;
mod usage;
mod usage_sums;
mod views;
mod visitor_conversations;
mod visitor_data;
mod visitor_history;
mod visitor_merges;
mod visitors;
mod watch;
mod webhooks;
mod widget;
mod widget_channel;

#[cfg(test)]
mod call_tests;
#[cfg(test)]
mod server_for_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod typescript;

pub use api::Api;
pub use health::metrics_router;
pub use routes::router;
