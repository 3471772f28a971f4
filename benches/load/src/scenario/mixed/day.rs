//! The day itself: who comes when, and what it cost.

use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context, ensure};
use switchboard_sim::chat::{ChatSim, Reply};
use tokio::task::LocalSet;

use super::desk;
use super::options::Options;
use super::tally::Tally;
use super::visit::Visit;
use crate::dice::Dice;
use crate::report::Reading;
use crate::server::Server;
use crate::target::{Cores, Meter};
use crate::voice::{AnswerMs, Simulator};

/// The provider thinks so long, so that what the hub adds is what is above it.
const THINK: Duration = Duration::from_millis(200);
const PIECE: Duration = Duration::from_millis(20);
const PIECES: usize = 20;
/// How long the last visitors may take to have left.
const CLOSING: Duration = Duration::from_secs(120);

/// Runs a day on a thread's own runtime, so that the generator keeps to its core.
pub(in crate::scenario) fn run(
    binary: &Path,
    database_url: Option<&str>,
    cores: Cores,
    options: &Options,
    seed: u64,
) -> anyhow::Result<Reading> {
    cores.generate()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    LocalSet::new().block_on(&runtime, day(binary, database_url, cores, options, seed))
}

async fn day(
    binary: &Path,
    database_url: Option<&str>,
    cores: Cores,
    options: &Options,
    seed: u64,
) -> anyhow::Result<Reading> {
    let chat = ChatSim::start().await;
    let words: Vec<String> = (0..PIECES).map(|number| format!("word{number} ")).collect();
    chat.set_default(Reply::pieces(words).with_first_delay(THINK).with_delay(PIECE));
    let simulator = binary.with_file_name("switchboard-sim");
    let voices = Simulator::start(&simulator, AnswerMs { from: 1_000, to: 2_000 }).await?;
    cores.start_servers()?;
    let started = Server::start(binary, database_url).await;
    cores.generate()?;
    let server = Rc::new(started?);
    let owner = server.owner("owner").await?;
    server.let_the_assistant_answer(&owner, &chat.v1_url()).await?;
    server.let_visitors_call(&owner, &voices.v1_url()).await?;
    let tally = Tally::default();
    let mut desks = Vec::new();
    for number in 0..options.agents {
        let token = server.agent(&format!("agent{number}")).await?;
        desks.push(tokio::task::spawn_local(desk::serve(server.port, token, tally.clone())));
    }
    let meter = Meter::new(server.pid()?);
    let (from, memory_kib) = (meter.read()?, meter.resident_kib()?);
    visits(&server, &tally, options, seed).await?;
    let spent = meter.since(&from)?;
    for desk in desks {
        desk.abort();
    }
    let mut reading = Reading::default();
    tally.report(&mut reading);
    reading.set_spent(&spent);
    ensure!(tally.of("visits") > 0, "nobody came: {}", reading.warnings.join("; "));
    let per = |count: u64| f64::from(u32::try_from(count.max(1)).unwrap_or(u32::MAX));
    reading.set("visit_cpu_ms", spent.server * 1e3 / per(tally.of("visits")));
    let grown = meter.resident_kib()?.saturating_sub(memory_kib);
    reading.set("visit_kib", per(grown) / per(tally.of("visits")));
    Ok(reading)
}

/// All visitors, each when they come, until the last has left.
async fn visits(server: &Rc<Server>, tally: &Tally, options: &Options, seed: u64) -> anyhow::Result<()> {
    let mut dice = Dice::new(seed);
    let (mut at, mut plans) = (0.0, Vec::new());
    while at < options.seconds {
        plans.push(Visit::new(Duration::from_secs_f64(at), &mut dice, options));
        at -= (1.0 - dice.share()).ln() / options.visitors_per_s;
    }
    let began = tokio::time::Instant::now();
    let mut living = tokio::task::JoinSet::new();
    for visit in plans {
        tokio::time::sleep_until(began + visit.at).await;
        let (server, tally) = (server.clone(), tally.clone());
        living.spawn_local(async move { visit.live(&server, &tally).await });
    }
    let all = async { while living.join_next().await.is_some() {} };
    tokio::time::timeout(CLOSING, all).await.context("the last visitors did not leave")
}
