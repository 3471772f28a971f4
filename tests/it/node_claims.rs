//! Claims under random takes, releases, heartbeats, deaths and new starts, against a model in memory: at any time at most
//! one live node has a claim, and whoever is dead has none.

use std::collections::{HashMap, HashSet};

use rand::prelude::IndexedRandom;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rooms::Timestamp;
use switchboard::db::Db;
use switchboard::model::{ClaimKind, NewNode, NodeId, NodeLoad};

use crate::on_both_databases;

const STEPS: usize = 250;
const LEASE_MS: i64 = 1_000_000;
const KEYS: [&str; 3] = ["a", "b", "c"];
const KINDS: [ClaimKind; 2] = [ClaimKind::Reply, ClaimKind::Brief];

type Claim = (ClaimKind, &'static str);

/// What should be so.
#[derive(Default)]
struct Expected {
    all: Vec<NodeId>,
    live: HashSet<NodeId>,
    holders: HashMap<Claim, NodeId>,
}

impl Expected {
    /// Whether a node gets a claim now.
    fn take(&mut self, node: NodeId, claim: Claim) -> bool {
        let holder = self.holders.get(&claim).filter(|holder| self.live.contains(holder));
        let is_taken = self.live.contains(&node) && holder.is_none_or(|holder| *holder == node);
        if is_taken {
            self.holders.insert(claim, node);
        }
        is_taken
    }
}

fn new_node(id: NodeId) -> NewNode {
    NewNode { id, version: "1".to_owned(), node_url: None, lease_ms: LEASE_MS }
}

on_both_databases! {
    async fn at_most_one_live_node_has_a_claim(database: Database) {
        let seed: u64 = std::env::var("SEED").ok().and_then(|text| text.parse().ok()).unwrap_or_else(rand::random);
        println!("SEED={seed}");
        let mut random = StdRng::seed_from_u64(seed);
        let db = Db::open(database.url(), database.dir(), 2).await.unwrap();
        // SQLite goes by the clock of its process, which stands still here: deaths are written.
        let now = Timestamp(1_700_000_000_000);
        let mut expected = Expected::default();
        for step in 0..STEPS {
            let claim = (*KINDS.choose(&mut random).unwrap(), *KEYS.choose(&mut random).unwrap());
            let node = expected.all.choose(&mut random).copied();
            match (random.random_range(0..10), node) {
                (0, _) | (_, None) => {
                    let id = NodeId::new();
                    db.nodes().register(&new_node(id), false, now).await.unwrap();
                    expected.all.push(id);
                    expected.live.insert(id);
                }
                (1, Some(node)) => {
                    database.execute(&format!("update nodes set heartbeat_at = 0 where id = '{node}'"));
                    expected.live.remove(&node);
                }
                (2, Some(node)) => {
                    let counts = db.nodes().beat(node, &NodeLoad::default(), false, now).await.unwrap();
                    assert_eq!(counts, expected.live.contains(&node), "step {step}: the dead stay dead");
                }
                (3, Some(node)) => {
                    db.node_claims().release(claim.0, claim.1, node).await.unwrap();
                    if expected.holders.get(&claim) == Some(&node) {
                        expected.holders.remove(&claim);
                    }
                }
                (4, Some(node)) => {
                    db.nodes().leave(node).await.unwrap();
                    expected.live.remove(&node);
                    expected.holders.retain(|_, holder| *holder != node);
                }
                (5, _) => db.nodes().forget(0, now).await.unwrap(),
                (6, _) => together(&db, now, claim, &mut expected, step).await,
                (_, Some(node)) => {
                    let taken = db.node_claims().take(claim, None, node, now).await.unwrap();
                    assert_eq!(taken, expected.take(node, claim), "step {step}: {node} takes {claim:?}");
                }
            }
        }
        db.close().await;
    }
}

/// All nodes take the same claim at the same moment.
async fn together(db: &Db, now: Timestamp, claim: Claim, expected: &mut Expected, step: usize) {
    let takes = expected.all.iter().map(|node| async move {
        db.node_claims().take(claim, None, *node, now).await.unwrap().then_some(*node)
    });
    let taken: Vec<NodeId> = futures_util::future::join_all(takes).await.into_iter().flatten().collect();

    let holder = expected.holders.get(&claim).copied().filter(|holder| expected.live.contains(holder));
    let wanted = usize::from(!expected.live.is_empty());
    assert_eq!(taken.len(), wanted, "step {step}: {taken:?} have {claim:?}");
    let is_right =
        taken.iter().all(|node| expected.live.contains(node) && holder.is_none_or(|one| one == *node));
    assert!(is_right, "step {step}: {taken:?} instead of {holder:?}");
    expected.holders.extend(taken.first().map(|node| (claim, *node)));
}
