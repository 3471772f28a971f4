//! `kill -9` at random moments under load: what was acked is there, once, in one order for every reader.

use std::time::Duration;

use rand::{RngExt, SeedableRng};

use crate::support::crowd::Crowd;
use crate::support::{Database, Options, Site};

const ROOMS: usize = 4;

/// Kills of one run; more by `CRASH_KILLS`.
fn kills() -> usize {
    std::env::var("CRASH_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(20)
}

async fn survive(database: Database) {
    let seed: u64 =
        std::env::var("SEED").ok().and_then(|text| text.parse().ok()).unwrap_or_else(rand::random);
    println!("seed {seed}: run again with SEED={seed}");
    let mut dice = rand::rngs::StdRng::seed_from_u64(seed);
    let mut site = Site::start(database, Options::unlimited().flag("--resume-max-entries", "100000")).await;
    let agent = site.agent("ann").await;
    let mut crowd = Crowd::begin(&site, &agent, site.server.port, ROOMS).await;
    for _ in 0..kills() {
        crowd.more(dice.random_range(20..200)).await;
        // The kill falls anywhere between two acks.
        tokio::time::sleep(Duration::from_micros(dice.random_range(0..20_000))).await;
        site.server.kill_and_restart().await;
    }
    crowd.more(50).await;
    let acked = crowd.stop_writing().await;
    site.server.kill_and_restart().await;
    let count = crowd.check(&acked).await;
    println!("{count} messages acked over {} kills", kills() + 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acked_is_lost_by_kills_on_sqlite() {
    survive(Database::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acked_is_lost_by_kills_on_postgres() {
    survive(Database::postgres().await).await;
}
