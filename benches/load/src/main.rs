//! Loads a Switchboard server that it starts itself on this machine, measures it from outside, and checks that
//! nothing was lost, repeated, reordered or leaked. Latency counts from when a message should have been sent.

#![expect(clippy::disallowed_methods, reason = "a load tester measures time")]

mod assistant;
mod big_room;
mod check;
mod client;
mod http;
mod idle;
mod process;
mod rooms;
mod server;
mod siege;
mod stats;
mod voice;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(about = "Load a Switchboard server on this machine and check what it does")]
struct Arguments {
    /// The server's binary.
    #[arg(long, global = true, default_value = "target/fast/switchboard")]
    server: PathBuf,
    /// Store in this PostgreSQL instead of SQLite.
    #[arg(long, global = true)]
    database_url: Option<String>,
    #[command(subcommand)]
    scenario: Scenario,
}

#[derive(Subcommand)]
enum Scenario {
    /// Rooms of a visitor, an agent who answers, and an observer.
    Rooms(rooms::Options),
    /// One conversation that many agents watch.
    BigRoom(big_room::Options),
    /// Replies of the assistant that stream at the same time, from a scripted provider.
    Assistant(assistant::Options),
    /// Calls: what the hub adds to a frame on its way, and what a call costs.
    Voice(voice::Options),
    /// Connections that say nothing.
    Idle(idle::Options),
    /// Visitors who write while strangers do what they can to stop them.
    Siege(siege::Options),
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let (_, most) = rlimit::Resource::NOFILE.get()?;
    rlimit::Resource::NOFILE.set(most, most)?;
    let start = || server::Server::start(&arguments.server, arguments.database_url.as_deref());
    match arguments.scenario {
        Scenario::Rooms(options) => rooms::run(&start().await?, &options).await,
        Scenario::BigRoom(options) => big_room::run(&start().await?, &options).await,
        Scenario::Assistant(options) => assistant::run(&start().await?, &options).await,
        // Each part of it has a server of its own.
        Scenario::Voice(options) => voice::run(start, &options).await,
        Scenario::Idle(options) => idle::run(&start().await?, &options).await,
        Scenario::Siege(options) => {
            let database_url = arguments.database_url.as_deref();
            siege::run(server::Server::start_limited(&arguments.server, database_url).await?, &options).await
        }
    }
}
