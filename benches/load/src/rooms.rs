//! Many rooms of three: a visitor writes, an agent answers, an observer watches.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::ensure;
use clap::Args;
use serde_json::{Value, json};
use tokio::sync::Barrier;

use crate::check::Reader;
use crate::client::{Client, Heard};
use crate::server::{Server, Visitor};
use crate::stats::Latencies;

#[derive(Args, Clone)]
pub(crate) struct Options {
    /// Rooms.
    #[arg(long, default_value_t = 100)]
    rooms: usize,
    /// Messages a second in each room, of both sides together.
    #[arg(long, default_value_t = 2.0)]
    rate: f64,
    /// How long.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
}

impl Options {
    fn messages_per_room(&self) -> u64 {
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a small positive count"
        )]
        let count = (self.rate * self.seconds as f64).round() as u64;
        count.max(2)
    }
}

/// What one participant saw.
struct Seen {
    entries: u64,
    latencies: Latencies,
}

pub(crate) async fn run(server: &Server, options: &Options) -> anyhow::Result<()> {
    let agent = server.agent("agent").await?;
    let observer = server.agent("observer").await?;
    let start = Arc::new(Barrier::new(options.rooms * 3 + 1));
    let mut tasks = Vec::new();
    let origin = Instant::now();
    for number in 0..options.rooms {
        let visitor = server.visitor().await?;
        let session_id = visitor.session_id.clone();
        let mut taking = Client::connect(server.port, &agent).await?;
        taking.call("session:takeover", &json!({ "session_id": session_id })).await?;
        let Visitor { token, session_id } = visitor;
        for (role, token) in
            [(Role::Visitor, token), (Role::Agent, agent.clone()), (Role::Observer, observer.clone())]
        {
            let task = Participant {
                role,
                number,
                session_id: session_id.clone(),
                options: options.clone(),
                origin,
            };
            tasks.push(tokio::spawn(task.run(server.port, token, start.clone())));
        }
    }
    start.wait().await;
    let (cpu_before, began) = (server.cpu_seconds()?, Instant::now());
    let mut latencies = Latencies::default();
    let mut deliveries = 0;
    for task in tasks {
        let seen = task.await??;
        ensure!(
            seen.entries == options.messages_per_room(),
            "a reader saw {} of {}",
            seen.entries,
            options.messages_per_room()
        );
        deliveries += seen.entries;
        latencies.merge(seen.latencies);
    }
    let cpu = server.cpu_seconds()? - cpu_before;
    let took = began.elapsed().as_secs_f64();
    report(options, &mut latencies, deliveries, cpu, took);
    Ok(())
}

#[expect(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "the report is what this program is for"
)]
fn report(options: &Options, latencies: &mut Latencies, deliveries: u64, cpu: f64, took: f64) {
    println!("rooms of three: {} rooms, {} messages/s each, {took:.1} s", options.rooms, options.rate);
    println!(
        "  deliveries checked        {deliveries} ({:.0}/s), none lost, repeated, reordered or leaked",
        deliveries as f64 / took
    );
    println!("  p50/p90/p99/p99.9/max     {} ({} latencies)", latencies.summary(), latencies.count());
    println!(
        "  server CPU per delivery   {:.1} µs ({:.0} % of one core)",
        cpu * 1e6 / deliveries as f64,
        cpu * 100.0 / took
    );
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Visitor,
    Agent,
    Observer,
}

struct Participant {
    role: Role,
    number: usize,
    session_id: String,
    options: Options,
    origin: Instant,
}

impl Participant {
    async fn run(self, port: u16, token: String, start: Arc<Barrier>) -> anyhow::Result<Seen> {
        let mut client = Client::connect(port, &token).await?;
        client.call("join:session", &json!(self.session_id)).await?;
        let mut reader = Reader::new(self.role == Role::Visitor);
        // The takeover is entry 1.
        reader.start_at(1);
        start.wait().await;
        let total = self.options.messages_per_room();
        let interval = Duration::from_secs_f64(2.0 / self.options.rate);
        let mine = match self.role {
            Role::Visitor => total.div_ceil(2),
            Role::Agent => total / 2,
            Role::Observer => 0,
        };
        // Rooms and sides are spread over the interval, so that nothing beats in step.
        let spread = f64::from(u32::try_from(self.number % 1_000).unwrap_or(0)) / 1_000.0
            + if self.role == Role::Agent { 0.5 } else { 0.0 };
        let mut due = Instant::now() + interval.mul_f64(spread);
        let mut sent = 0;
        let mut latencies = Latencies::default();
        while reader.count() < total {
            tokio::select! {
                heard = client.hear() => match heard? {
                    Heard::Event(name, entry) if name == "message:new" => {
                        reader.take(&entry)?;
                        latencies.add(self.latency(&entry));
                    }
                    Heard::Ack(_, Err(error)) => anyhow::bail!("refused: {error}"),
                    Heard::Event(..) | Heard::Ack(..) => {}
                },
                () = tokio::time::sleep_until(due.into()), if sent < mine => {
                    let should_be_at = u64::try_from((due - self.origin).as_micros()).unwrap_or(u64::MAX);
                    let data = json!({"session_id": self.session_id, "content": format!("message {sent} of a load test, about as long as people write"), "metadata": {"due": should_be_at}});
                    client.post("message:send", &data).await?;
                    sent += 1;
                    due += interval;
                }
            }
        }
        Ok(Seen { entries: reader.count(), latencies })
    }

    /// From when it should have been sent until it is here.
    fn latency(&self, entry: &Value) -> Duration {
        let due = Duration::from_micros(entry["metadata"]["due"].as_u64().unwrap_or(0));
        self.origin.elapsed().saturating_sub(due)
    }
}
