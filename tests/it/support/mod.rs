//! What tests stand on.

pub mod assisted;
pub mod balancer;
pub mod caller;
pub mod checker;
pub mod client;
pub mod cluster;
pub mod collector;
pub mod crowd;
pub mod database;
pub mod files;
pub mod mails;
pub mod model;
pub mod phone;
pub mod port;
pub mod postgres;
pub mod receiver;
pub mod redis;
pub mod rest;
pub mod s3;
pub mod server;
pub mod site;
pub mod smtp;
pub mod sources;
pub mod studio;

pub use assisted::{Assisted, Stream, read_reply};
pub use client::{Client, Received};
pub use cluster::Cluster;
pub use database::Database;
pub use mails::outbox;
pub use port::free_port;
pub use server::{Options, Server};
pub use site::{Agent, Site, Visitor, sign};

use std::time::Duration;

/// How long anything may take that a test waits for; slow machines are slow, hangs are longer.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Waits for a future, or fails the test saying what did not happen.
pub async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    match tokio::time::timeout(PATIENCE, future).await {
        Ok(value) => value,
        Err(_) => panic!("{what}: nothing happened within {} s", PATIENCE.as_secs()),
    }
}

/// Runs the same test on both databases.
#[macro_export]
macro_rules! on_both_databases {
    ($($(#[$doc:meta])* async fn $name:ident($database:ident: Database) $body:block)*) => {
        $(
            mod $name {
                use super::*;

                async fn check($database: $crate::support::Database) $body

                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn on_sqlite() {
                    check($crate::support::Database::sqlite()).await;
                }

                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn on_postgres() {
                    check($crate::support::Database::postgres().await).await;
                }
            }
        )*
    };
}
