//! Three nodes behind a balancer under load: nodes and the bus are killed at random moments, and what was acked is there,
//! once, in one order for every reader at whatever node.
//!
//! All of it: `NODE_KILLS=50 cargo test --test it crash_nodes -- --nocapture`.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::support::balancer::Balancer;
use crate::support::crowd::Crowd;
use crate::support::{Cluster, Database, Options, Server, Site};

const ROOMS: usize = 4;

/// Kills of one run; more by `NODE_KILLS`. Every third is of the bus. For five of them there is a rolling restart.
fn kills() -> usize {
    std::env::var("NODE_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(5)
}

/// Three nodes behind a balancer, with people who write and read through it.
struct Three {
    cluster: Cluster,
    site: Site,
    second: Server,
    third: Server,
    crowd: Crowd,
    dice: StdRng,
}

impl Three {
    async fn start() -> Self {
        let seed: u64 =
            std::env::var("SEED").ok().and_then(|text| text.parse().ok()).unwrap_or_else(rand::random);
        println!("seed {seed}: run again with SEED={seed}");
        let cluster = Cluster::new().await;
        let options =
            Options::unlimited().flag("--resume-max-entries", "100000").flag("--drain-timeout-s", "2");
        let site = Site::start(Database::postgres().await, cluster.options(options.clone())).await;
        let second = cluster.join(&site.server, options.clone()).await;
        let third = cluster.join(&site.server, options).await;
        let balancer = Balancer::start(vec![site.server.port, second.port, third.port]).await;
        let agent = site.agent("ann").await;
        let crowd = Crowd::begin(&site, &agent, balancer.port, ROOMS).await;
        Self { cluster, site, second, third, crowd, dice: StdRng::seed_from_u64(seed) }
    }

    fn node(&mut self, number: usize) -> &mut Server {
        match number {
            0 => &mut self.site.server,
            1 => &mut self.second,
            _ => &mut self.third,
        }
    }

    async fn more(&mut self, count: std::ops::Range<usize>) {
        let count = self.dice.random_range(count);
        self.crowd.more(count).await;
        // What happens next falls anywhere between two acks.
        tokio::time::sleep(Duration::from_micros(self.dice.random_range(0..20_000))).await;
    }

    /// What was acked is there.
    async fn check(mut self) -> usize {
        self.crowd.more(50).await;
        let acked = self.crowd.stop_writing().await;
        for number in 0..3 {
            self.node(number).kill_and_restart().await;
        }
        self.crowd.check(&acked).await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acked_is_lost_by_kills_of_nodes_and_of_the_bus() {
    let mut three = Three::start().await;
    for round in 0..kills() {
        three.more(20..200).await;
        if round % 3 == 2 {
            three.cluster.redis.kill();
            three.more(20..100).await;
            three.cluster.redis.restart().await;
            continue;
        }
        let number = three.dice.random_range(0..3);
        three.node(number).kill().await;
        // The others go on meanwhile.
        three.more(1..50).await;
        three.node(number).restart().await;
    }
    let count = three.check().await;
    println!("{count} messages acked over {} kills", kills());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acked_is_lost_by_a_rolling_restart() {
    let mut three = Three::start().await;
    for _ in 0..kills().div_ceil(5) {
        for number in 0..3 {
            three.more(20..100).await;
            three.node(number).signal("TERM");
            assert_eq!(three.node(number).exit_code().await, Some(0), "it stops in good order");
            three.more(1..50).await;
            three.node(number).restart().await;
        }
    }
    let count = three.check().await;
    println!("{count} messages acked over {} rolling restarts", kills().div_ceil(5));
}
