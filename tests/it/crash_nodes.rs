//! Three nodes behind a balancer under load: nodes and the bus are killed at random moments, and what was acked is there,
//! once, in one order for every reader at whatever node.
//!
//! All of it: `NODE_KILLS=50 cargo test --test it crash_nodes -- --nocapture`.

use std::time::Duration;

use rand::{RngExt, SeedableRng};

use crate::support::balancer::Balancer;
use crate::support::crowd::Crowd;
use crate::support::{Cluster, Database, Options, Site};

const ROOMS: usize = 4;

/// Kills of one run; more by `NODE_KILLS`. Every third is of the bus.
fn kills() -> usize {
    std::env::var("NODE_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(5)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acked_is_lost_by_kills_of_nodes_and_of_the_bus() {
    let seed: u64 =
        std::env::var("SEED").ok().and_then(|text| text.parse().ok()).unwrap_or_else(rand::random);
    println!("seed {seed}: run again with SEED={seed}");
    let mut dice = rand::rngs::StdRng::seed_from_u64(seed);
    let mut cluster = Cluster::new().await;
    let options = Options::unlimited().flag("--resume-max-entries", "100000");
    let mut site = Site::start(Database::postgres().await, cluster.options(options.clone())).await;
    let mut second = cluster.join(&site.server, options.clone()).await;
    let mut third = cluster.join(&site.server, options).await;
    let balancer = Balancer::start(vec![site.server.port, second.port, third.port]).await;
    let agent = site.agent("ann").await;
    let mut crowd = Crowd::begin(&site, &agent, balancer.port, ROOMS).await;
    for round in 0..kills() {
        crowd.more(dice.random_range(20..200)).await;
        // The kill falls anywhere between two acks.
        tokio::time::sleep(Duration::from_micros(dice.random_range(0..20_000))).await;
        if round % 3 == 2 {
            cluster.redis.kill();
            crowd.more(dice.random_range(20..100)).await;
            cluster.redis.restart().await;
            continue;
        }
        let killed = match dice.random_range(0..3) {
            0 => &mut site.server,
            1 => &mut second,
            _ => &mut third,
        };
        killed.kill().await;
        // The others go on meanwhile.
        crowd.more(dice.random_range(1..50)).await;
        killed.restart().await;
    }
    crowd.more(50).await;
    let acked = crowd.stop_writing().await;
    for node in [&mut site.server, &mut second, &mut third] {
        node.kill_and_restart().await;
    }
    let count = crowd.check(&acked).await;
    println!("{count} messages acked over {} kills", kills());
}
