//! Resident memory per idle connection.

use std::time::Duration;

use clap::Args;
use serde_json::json;

use crate::client::Client;
use crate::server::Server;

/// Connections opened at once.
const AT_ONCE: usize = 100;
/// Visitors that the connections are shared among; each has a conversation.
const VISITORS: usize = 100;

#[derive(Args, Clone)]
pub(crate) struct Options {
    /// Connections.
    #[arg(long, default_value_t = 10_000)]
    connections: usize,
    /// Have every connection join its visitor's conversation.
    #[arg(long)]
    join: bool,
    /// How long they stay.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
}

pub(crate) async fn run(server: &Server, options: &Options) -> anyhow::Result<()> {
    let mut visitors = Vec::new();
    for _ in 0..VISITORS {
        visitors.push(server.visitor().await?);
    }
    // What the first connections cost once is not theirs.
    let warm = Client::connect(server.port, &visitors[0].token).await?;
    let before = server.resident_kib()?;
    let mut clients = Vec::with_capacity(options.connections);
    for from in (0..options.connections).step_by(AT_ONCE) {
        let until = (from + AT_ONCE).min(options.connections);
        let opening = (from..until).map(|number| {
            let visitor = &visitors[number % visitors.len()];
            async move {
                let mut client = Client::connect(server.port, &visitor.token).await?;
                if options.join {
                    client.call("join:session", &json!(visitor.session_id)).await?;
                }
                anyhow::Ok(client)
            }
        });
        clients.extend(futures_util::future::try_join_all(opening).await?);
    }
    tokio::time::sleep(Duration::from_secs(options.seconds)).await;
    let after = server.resident_kib()?;
    report(options, before, after);
    drop((warm, clients));
    Ok(())
}

#[expect(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "the report is what this program is for"
)]
fn report(options: &Options, before: u64, after: u64) {
    let joined = if options.join { "joined" } else { "said hello" };
    println!("idle: {} connections, {joined}", options.connections);
    println!("  resident memory           {before} KiB before, {after} KiB after");
    println!(
        "  per connection            {:.1} KiB",
        (after.saturating_sub(before)) as f64 / options.connections as f64
    );
}
