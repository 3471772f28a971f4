//! The parts meet: a real server process, real sockets, real databases.
//!
//! Every test of storage runs on SQLite and on a throwaway PostgreSQL. Nothing sleeps to wait: tests wait for
//! the event, and time out loudly.

#![expect(unreachable_pub, reason = "nothing outside can reach into a test binary")]
#![expect(clippy::unwrap_used, reason = "in a test, a panic is the answer")]
#![expect(clippy::disallowed_methods, reason = "tests wait and measure by the clock of their machine")]

mod support;

mod access;
mod acting;
mod api_tokens;
mod assignment;
mod assistant;
mod assistant_log;
mod assistant_tests;
mod attachments;
mod audit;
mod availability;
mod away;
mod backpressure;
mod backups;
mod browser_rules;
mod bulk;
mod call_start;
mod call_takeover;
mod call_transcripts;
mod canned_files;
mod connection_limits;
mod conversation;
mod crash;
mod desk;
mod disk;
mod documents;
mod earlier;
mod embeddings;
mod encoder;
mod fairness;
mod file_graph;
mod file_store;
mod fresh_sign_in;
mod gpt_live;
mod handoff;
mod hello;
mod helm_chart;
mod identity;
mod isolation;
mod knowledge;
mod knowledge_files;
mod knowledge_sources;
mod layering;
mod lifecycle;
mod links;
mod masking;
mod member_pictures;
mod memory;
mod model_quirks;
mod models;
mod notifications;
mod ownership;
mod presence;
mod privacy;
mod promises;
mod prompts;
mod protocol;
mod push;
mod ratings;
mod readers;
mod realtime_faults;
mod realtime_servers;
mod registration;
mod resume;
mod retention;
mod revocation;
mod rights;
mod saved_views;
mod secrets;
mod security;
mod server_page;
mod settings;
mod shell;
mod side_questions;
mod sign_in;
mod signs;
mod snooze;
mod spending;
mod stock_clients;
mod storage_outage;
mod store_batches;
mod suggestions;
mod supervision;
mod takeover;
mod tenancy;
mod text;
mod tidy;
mod tools;
mod traces;
mod two_step;
mod usage_sums;
mod visitor_merges;
mod visitors;
mod voice;
mod webhooks;
mod websocket;
