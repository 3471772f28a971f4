//! One conversation with many readers.

use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;
use serde_json::json;
use tokio::sync::Barrier;

use crate::check::Reader;
use crate::client::{Client, Heard};
use crate::server::Server;
use crate::stats::Latencies;

#[derive(Args, Clone)]
pub(crate) struct Options {
    /// Connections that watch.
    #[arg(long, default_value_t = 1_000)]
    readers: usize,
    /// Messages a second.
    #[arg(long, default_value_t = 10.0)]
    rate: f64,
    /// Messages in all.
    #[arg(long, default_value_t = 100)]
    messages: u64,
}

pub(crate) async fn run(server: &Server, options: &Options) -> anyhow::Result<()> {
    let watcher = server.agent("watcher").await?;
    let visitor = server.visitor().await?;
    let start = Arc::new(Barrier::new(options.readers + 1));
    let origin = Instant::now();
    let mut tasks = Vec::new();
    for _ in 0..options.readers {
        let (port, token, session_id) = (server.port, watcher.clone(), visitor.session_id.clone());
        let (start, total) = (start.clone(), options.messages);
        tasks.push(tokio::spawn(async move {
            let mut client = Client::connect(port, &token).await?;
            client.call("join:session", &json!(session_id)).await?;
            start.wait().await;
            let mut reader = Reader::new(false);
            let mut latencies = Latencies::default();
            while reader.count() < total {
                if let Heard::Event(name, entry) = client.hear().await?
                    && name == "message:new"
                {
                    reader.take(&entry)?;
                    let due = Duration::from_micros(entry["metadata"]["due"].as_u64().unwrap_or(0));
                    latencies.add(origin.elapsed().saturating_sub(due));
                }
            }
            anyhow::Ok(latencies)
        }));
    }
    let mut writer = Client::connect(server.port, &visitor.token).await?;
    start.wait().await;
    let (cpu_before, began) = (server.cpu_seconds()?, Instant::now());
    let interval = Duration::from_secs_f64(1.0 / options.rate);
    for number in 0..options.messages {
        let due = began + interval * u32::try_from(number).unwrap_or(u32::MAX);
        tokio::time::sleep_until(due.into()).await;
        let at = u64::try_from((due - origin).as_micros()).unwrap_or(u64::MAX);
        let data = json!({"session_id": visitor.session_id, "content": format!("message {number}"), "metadata": {"due": at}});
        writer.call("message:send", &data).await?;
    }
    let mut latencies = Latencies::default();
    for task in tasks {
        latencies.merge(task.await??);
    }
    let cpu = server.cpu_seconds()? - cpu_before;
    report(options, &mut latencies, cpu, began.elapsed().as_secs_f64());
    Ok(())
}

#[expect(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "the report is what this program is for"
)]
fn report(options: &Options, latencies: &mut Latencies, cpu: f64, took: f64) {
    let deliveries = latencies.count();
    println!("big room: {} readers, {} messages/s, {took:.1} s", options.readers, options.rate);
    println!(
        "  deliveries checked        {deliveries} ({:.0}/s), none lost, repeated or reordered",
        deliveries as f64 / took
    );
    println!("  p50/p90/p99/p99.9/max     {}", latencies.summary());
    println!(
        "  server CPU per delivery   {:.1} µs ({:.0} % of one core)",
        cpu * 1e6 / deliveries as f64,
        cpu * 100.0 / took
    );
}
