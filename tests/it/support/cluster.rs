//! Several servers on one PostgreSQL: nodes, each with a data directory of its own, and one folder of files for all.

use super::redis::Redis;
use super::{Database, Options, Server, within};

/// The lease of a node: long enough for a slow machine, short enough for whoever waits for the next heartbeat.
const LEASE_S: &str = "9";

/// What the nodes of a test share besides the database.
pub struct Cluster {
    files: tempfile::TempDir,
    pub redis: Redis,
}

impl Cluster {
    pub async fn new() -> Self {
        Self { files: tempfile::tempdir().expect("a temporary directory"), redis: Redis::start().await }
    }

    /// What makes a server a node of it.
    pub fn options(&self, options: Options) -> Options {
        options
            .env("SWITCHBOARD_BUS", &self.redis.url())
            .flag("--node-lease-s", LEASE_S)
            .flag("--files-dir", &self.files.path().display().to_string())
            .flag("--files-dir-is-shared", "on")
    }

    /// A file that all nodes share.
    pub fn file(&self, name: &str) -> std::path::PathBuf {
        self.files.path().join(name)
    }

    /// Starts another node on the database of `first`, with the same master key.
    pub async fn join(&self, first: &Server, options: Options) -> Server {
        Server::start(first.database.beside(), self.options(options)).await
    }

    /// The id of the node that registered last.
    pub fn newest(database: &Database) -> String {
        let ids = database.read("select id from nodes order by started_at desc limit 1");
        ids.into_iter().next().expect("a node")
    }

    /// Ends the lease of a node, as time would.
    pub fn end_lease(database: &Database, node: &str) {
        database.execute(&format!("update nodes set heartbeat_at = 0 where id = '{node}'"));
    }

    /// `kill -9`, and the end of the lease.
    pub async fn kill(server: &mut Server, node: &str) {
        server.kill().await;
        Self::end_lease(&server.database, node);
    }
}

/// Waits until a query gives this.
pub async fn until_reads(what: &str, database: &Database, query: &str, wanted: &[&str]) {
    within(what, async {
        while database.read(query) != wanted {
            // Another process works: there is no event to wait for.
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    })
    .await;
}
