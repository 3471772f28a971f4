//! What messages wait for while something else keeps the server busy: sign-ins, and what looks like an attack.
//!
//! `cargo bench --profile fast --bench beside`, which runs `switchboard` as tests do. In turn: messages alone, and the
//! same while the other thing goes on. `BESIDE_SECONDS` says for how long each (20 by default). Latency counts from when
//! a message was due to its ack.

#![allow(
    dead_code,
    unused_imports,
    unreachable_pub,
    missing_docs,
    clippy::pedantic,
    clippy::disallowed_methods,
    clippy::unwrap_used
)]

#[path = "../tests/it/support/mod.rs"]
mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use support::{Agent, Database, Options, Site, Visitor};
use tokio::task::JoinHandle;

const VISITORS: usize = 20;
const MESSAGES_A_SECOND: u32 = 100;
const ROUNDS: usize = 3;
/// Sign-ins that wait at any time.
const SIGN_INS_AT_ONCE: u32 = 50;
/// What 100,000 events in a minute are.
const EVENTS_A_SECOND: u32 = 1_667;
/// Connections over which they come.
const CLIENTS: u32 = 8;

struct Scene {
    site: Site,
    agent: Agent,
    visitors: Vec<Visitor>,
}

/// Times of messages, sorted.
async fn messages(scene: &Scene, seconds: u64) -> Vec<Duration> {
    let mut writers = Vec::new();
    for (at, visitor) in scene.visitors.iter().enumerate() {
        let mut client = scene.site.connect(&visitor.token).await;
        let id = visitor.session_id().to_owned();
        let gap = Duration::from_secs(VISITORS as u64) / MESSAGES_A_SECOND;
        let first = Instant::now() + gap * at as u32 / VISITORS as u32;
        writers.push(tokio::spawn(async move {
            let mut times = Vec::new();
            let mut due = first;
            while due < first + Duration::from_secs(seconds) {
                tokio::time::sleep_until(due.into()).await;
                client.say(&id, "is the lamp in stock?").await;
                times.push(due.elapsed());
                client.seen.clear();
                due += gap;
            }
            times
        }));
    }
    let mut times = Vec::new();
    for writer in writers {
        times.extend(writer.await.expect("a writer"));
    }
    times.sort_unstable();
    times
}

fn percentile(times: &[Duration], percent: usize) -> f64 {
    times[(times.len() * percent / 100).min(times.len() - 1)].as_secs_f64() * 1_000.0
}

/// Requests that are sent until it is told to stop.
struct Beside {
    stop: Arc<AtomicBool>,
    count: Arc<AtomicU64>,
    tasks: Vec<JoinHandle<()>>,
}

impl Beside {
    /// `at_once` tasks send what `request` makes of a running number, together `a_second` where that is said, and
    /// otherwise each its next as soon as it has an answer.
    fn start(
        at_once: u32,
        a_second: Option<u32>,
        request: impl Fn(&reqwest::Client, u64) -> reqwest::RequestBuilder + Clone + Send + 'static,
    ) -> Self {
        let (stop, count) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        // The clients of the tests keep no connection.
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        let gap = a_second.map_or(Duration::ZERO, |rate| Duration::from_secs(1) * at_once / rate);
        let tasks = (0..at_once).map(|_| {
            let (stop, count, request, client) =
                (stop.clone(), count.clone(), request.clone(), client.clone());
            tokio::spawn(async move {
                let mut due = Instant::now();
                while !stop.load(Ordering::Relaxed) {
                    tokio::time::sleep_until(due.into()).await;
                    let number = count.fetch_add(1, Ordering::Relaxed);
                    let answer = request(&client, number).send().await.expect("an answer");
                    // Who is told to come back later does.
                    let is_later = answer.status() == reqwest::StatusCode::TOO_MANY_REQUESTS;
                    let _read = answer.bytes().await;
                    if is_later {
                        tokio::time::sleep(Duration::from_secs(1)).await;
                    }
                    due += gap;
                }
            })
        });
        let tasks = tasks.collect();
        Self { stop, count, tasks }
    }

    async fn end(self) -> u64 {
        self.stop.store(true, Ordering::Relaxed);
        for task in self.tasks {
            task.await.expect("a task");
        }
        self.count.load(Ordering::Relaxed)
    }
}

fn memory_mib(scene: &Scene) -> f64 {
    let path = format!("/proc/{}/status", scene.site.server.pid());
    let status = std::fs::read_to_string(path).expect("the server's status");
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("its memory");
    let kib: f64 = line.split_whitespace().nth(1).and_then(|text| text.parse().ok()).expect("a number");
    kib / 1_024.0
}

/// Messages alone and beside something else, in turn, and the medians of what the rounds gave.
async fn compare(scene: &Scene, what: &str, start: impl Fn(&Scene) -> Beside) {
    let seconds = std::env::var("BESIDE_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(20);
    let mut ratios = Vec::new();
    for _ in 0..ROUNDS {
        let alone = messages(scene, seconds).await;
        let before = memory_mib(scene);
        let beside = start(scene);
        let both = messages(scene, seconds).await;
        let count = beside.end().await;
        let (p99_alone, p99_both) = (percentile(&alone, 99), percentile(&both, 99));
        ratios.push(p99_both / p99_alone);
        println!(
            "{what:<36} p50 {:6.2} and {:6.2} ms  p99 {p99_alone:6.2} and {p99_both:6.2} ms  {count} requests  {before:.0} and {:.0} MiB",
            percentile(&alone, 50),
            percentile(&both, 50),
            memory_mib(scene),
        );
    }
    ratios.sort_by(f64::total_cmp);
    println!("{what:<36} p99 beside it: {:.2}x (median of {ROUNDS})", ratios[ROUNDS / 2]);
}

async fn run() {
    let site = Site::start(Database::sqlite(), Options::unlimited()).await;
    let agent = site.agent("ann").await;
    let mut visitors = Vec::new();
    for _ in 0..VISITORS {
        visitors.push(site.visitor().await);
    }
    let scene = Scene { site, agent, visitors };
    let login = scene.site.server.url("/api/v1/auth/login");
    let body = json!({ "email": scene.agent.email, "password": "a wrong password" });
    compare(&scene, "50 sign-ins at once", |_| {
        let (login, body) = (login.clone(), body.clone());
        Beside::start(SIGN_INS_AT_ONCE, None, move |client, _| client.post(&login).json(&body))
    })
    .await;
    let me = scene.site.server.url("/api/v1/auth/me");
    let asked = me.clone();
    compare(&scene, "100,000 requests a minute", |scene| {
        let (asked, token) = (asked.clone(), scene.agent.token.clone());
        Beside::start(CLIENTS, Some(EVENTS_A_SECOND), move |client, _| client.get(&asked).bearer_auth(&token))
    })
    .await;
    compare(&scene, "100,000 of them events a minute", |_| {
        let me = me.clone();
        Beside::start(CLIENTS, Some(EVENTS_A_SECOND), move |client, number| {
            client.get(&me).bearer_auth(format!("sba_{number:032x}"))
        })
    })
    .await;
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(run());
}
