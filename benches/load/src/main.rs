//! Loads a Switchboard server that it starts itself on this machine, and peers beside it; measures them from outside,
//! and checks that nothing was lost, repeated, reordered or leaked. Latency counts from when a message should have been
//! sent.

#![expect(clippy::disallowed_methods, reason = "a load tester measures time")]

mod assistant;
mod client;
mod dialect;
mod dice;
mod generator;
mod http;
mod plan;
mod process;
mod report;
mod run;
mod scenario;
mod server;
mod siege;
mod stats;
mod target;
mod voice;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::run::Step;
use crate::scenario::{Common, Workload, broadcast, idle, mixed, rooms, storm, typing};

#[derive(Parser)]
#[command(about = "Load a Switchboard server on this machine, and peers beside it, and check what they do")]
struct Arguments {
    /// The server's binary.
    #[arg(long, global = true, default_value = "target/fast/switchboard")]
    server: PathBuf,
    /// A PostgreSQL: for the target `switchboard-postgres`, and for scenarios that have no targets instead of SQLite.
    #[arg(long, global = true)]
    database_url: Option<String>,
    #[command(subcommand)]
    scenario: Scenario,
}

/// A scenario's own options beside those of all.
#[derive(Args)]
struct With<O: Args> {
    #[command(flatten)]
    options: O,
    #[command(flatten)]
    common: Common,
}

#[derive(Subcommand)]
enum Scenario {
    /// Rooms of a visitor who writes and agents who read: at a rate, saturated, or up to the highest rate.
    Rooms(With<rooms::Options>),
    /// Visitors who type: shown to agents, stored nowhere.
    Typing(With<typing::Options>),
    /// One conversation that many agents watch.
    Broadcast(With<broadcast::Options>),
    /// Connections that say nothing.
    Idle(With<idle::Options>),
    /// All connections drop at once, and come back at once.
    Storm(With<storm::Options>),
    /// A business day at speed: visitors, the assistant, handoffs, agents, calls.
    Mixed(With<mixed::Options>),
    /// Replies of the assistant that stream at the same time, from a scripted provider.
    Assistant(assistant::Options),
    /// Calls: what the hub adds to a frame on its way, and what a call costs.
    Voice(voice::Options),
    /// Visitors who write while strangers do what they can to stop them.
    Siege(siege::Options),
    /// A comparison of many scenarios with the peers, as a report.
    Report(plan::Options),
    /// Two reports beside one another.
    Compare {
        /// The earlier one, as JSON.
        before: PathBuf,
        /// The later one, as JSON.
        after: PathBuf,
    },
}

fn main() -> anyhow::Result<()> {
    let Arguments { server, database_url, scenario } = Arguments::parse();
    raise_open_files()?;
    let alone = |workload: Workload, common: &Common| {
        let step = Step { id: workload.id(), targets: common.targets.clone(), workload };
        run::run(server.clone(), database_url.clone(), common, &[step])
    };
    match scenario {
        Scenario::Rooms(with) => alone(Workload::Rooms(with.options), &with.common),
        Scenario::Typing(with) => alone(Workload::Typing(with.options), &with.common),
        Scenario::Broadcast(with) => alone(Workload::Broadcast(with.options), &with.common),
        Scenario::Idle(with) => alone(Workload::Idle(with.options), &with.common),
        Scenario::Storm(with) => alone(Workload::Storm(with.options), &with.common),
        Scenario::Mixed(with) => alone(Workload::Mixed(with.options), &with.common),
        Scenario::Report(options) => run::run(server, database_url, &options.common(), &options.steps()),
        Scenario::Compare { before, after } => compare(&before, &after),
        Scenario::Assistant(options) => {
            on_a_runtime(&server, database_url.as_deref(), &Live::Assistant(options))
        }
        Scenario::Voice(options) => on_a_runtime(&server, database_url.as_deref(), &Live::Voice(options)),
        Scenario::Siege(options) => on_a_runtime(&server, database_url.as_deref(), &Live::Siege(options)),
    }
}

/// Lets this process and what it starts have as many sockets as the system gives: root may have more than its own limit.
fn raise_open_files() -> anyhow::Result<()> {
    let (_, most) = rlimit::Resource::NOFILE.get()?;
    let raised = rlimit::Resource::NOFILE.set(most.max(OPEN_FILES), most.max(OPEN_FILES));
    raised.or_else(|_| rlimit::Resource::NOFILE.set(most, most))?;
    Ok(())
}

/// Enough for 50,000 connections on either side.
const OPEN_FILES: u64 = 120_000;

/// Scenarios whose clients are tasks: they do more than read.
enum Live {
    Assistant(assistant::Options),
    Voice(voice::Options),
    Siege(siege::Options),
}

#[tokio::main]
async fn on_a_runtime(
    binary: &std::path::Path,
    database_url: Option<&str>,
    live: &Live,
) -> anyhow::Result<()> {
    let start = || server::Server::start(binary, database_url);
    match live {
        Live::Assistant(options) => assistant::run(&start().await?, options).await,
        // Each part of it has a server of its own.
        Live::Voice(options) => voice::run(start, options).await,
        Live::Siege(options) => {
            siege::run(server::Server::start_limited(binary, database_url).await?, options).await
        }
    }
}

#[expect(clippy::print_stdout, reason = "the comparison is what was asked for")]
fn compare(before: &std::path::Path, after: &std::path::Path) -> anyhow::Result<()> {
    let [before, after] = [before, after].map(report::Report::read);
    println!("{}", report::compare(&before?, &after?));
    Ok(())
}
