//! Switchboard: self-hosted live chat and AI voice hub.

pub mod accounts;
pub mod app;
pub mod auth;
pub mod cli;
pub mod clock;
pub mod config;
pub mod crypto;
pub mod db;
pub mod encoder;
pub mod handshake;
pub mod http;
pub mod hub;
pub mod ids;
pub mod insight;
pub mod knowledge;
pub mod limits;
pub mod models;
pub mod org_settings;
pub mod outbound;
pub mod pages;
pub mod providers;
pub mod socketio;
pub mod telemetry;
pub mod usage;
pub mod wire;
pub mod ws;
