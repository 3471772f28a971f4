//! A siege: visitors and agents of one org are served while strangers and another org attack.

mod attacks;
mod documents;

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::ensure;
use clap::Args;
use serde_json::json;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::client::{Client, Heard};
use crate::server::{Server, Visitor};
use crate::stats::Latencies;
use attacks::{ATTACKS, Target};

/// Nobody's message may wait longer.
const WAIT_MAX: Duration = Duration::from_secs(1);
/// How far memory may be above what it was, some time after the siege.
const GROWTH_MAX_KIB: u64 = 20 * 1_024;
/// How long memory has to come back; idle rooms and caches go by the minute.
const RECOVERY: Duration = Duration::from_secs(180);
/// Under the server's limit of 20 messages a minute from one address.
const PAUSE: Duration = Duration::from_secs(4);
/// Messages before the first memory is taken.
const WARM_UP: Duration = Duration::from_secs(20);

#[derive(Args, Clone)]
pub(crate) struct Options {
    /// Visitors who write, each from an address of their own.
    #[arg(long, default_value_t = 50)]
    visitors: u8,
    /// How long the siege lasts.
    #[arg(long, default_value_t = 600)]
    seconds: u64,
    /// Only the attacks of this name.
    #[arg(long)]
    only: Option<String>,
}

/// What a participant saw.
struct Seen {
    /// Messages sent.
    sent: u64,
    /// From when they should have been sent until they were acked, or here.
    latencies: Latencies,
}

pub(crate) async fn run(mut server: Server, options: &Options) -> anyhow::Result<()> {
    let agent = server.agent("agent").await?;
    let mut visitors = Vec::new();
    for number in 0..options.visitors {
        let address = Ipv4Addr::new(127, 0, 1, number + 1);
        visitors.push((address, server.visitor_at(address).await?));
    }
    let port = server.port;
    let (stop, stopped) = watch::channel(false);
    let (tell_sent, all_sent) = watch::channel(None);
    let origin = Instant::now();
    let desk = join_all(port, &agent, visitors.iter().map(|(_, one)| one.session_id.as_str())).await?;
    let desk = tokio::spawn(listen(desk, origin, all_sent));
    let mut talks = JoinSet::new();
    for (address, visitor) in visitors {
        talks.spawn(write(port, address, visitor, origin, stopped.clone()));
    }
    tokio::time::sleep(WARM_UP).await;
    let before = server.anonymous_kib()?;

    server.move_to_new_org("Strangers").await?;
    let target = Arc::new(Target::prepare(&server).await?);
    let (peak, rounds) = attack(&server, target, options, &mut talks, before).await?;
    let recovered_by = Instant::now() + RECOVERY;
    let mut after = server.anonymous_kib()?;
    while after > before + GROWTH_MAX_KIB && Instant::now() < recovered_by {
        tokio::time::sleep(Duration::from_secs(1)).await;
        after = server.anonymous_kib()?;
    }
    stop.send_replace(true);
    let (mut latencies, mut sent) = (Latencies::default(), 0);
    while let Some(talk) = talks.join_next().await {
        let seen = talk??;
        sent += seen.sent;
        latencies.merge(seen.latencies);
    }
    tell_sent.send_replace(Some(sent));
    latencies.merge(desk.await??.latencies);
    report(options, &mut latencies, [before, peak, after], &rounds);
    for (name, count) in &rounds {
        ensure!(*count > 0, "{name}: not one round of this attack came to its end, so it tried nothing");
    }
    ensure!(latencies.at(1.0) <= WAIT_MAX, "somebody waited longer than {} ms", WAIT_MAX.as_millis());
    ensure!(after <= before + GROWTH_MAX_KIB, "memory did not come back");
    Ok(())
}

/// All attacks at once, for as long as the siege lasts: the most memory, and how often each was tried.
async fn attack(
    server: &Server,
    target: Arc<Target>,
    options: &Options,
    talks: &mut JoinSet<anyhow::Result<Seen>>,
    before: u64,
) -> anyhow::Result<(u64, Vec<(&'static str, u64)>)> {
    let (lift, lifted) = watch::channel(false);
    let mut attacks = JoinSet::new();
    let is_wanted = |name: &str| options.only.as_deref().is_none_or(|only| only == name);
    for (name, attack) in ATTACKS.iter().filter(|(name, _)| is_wanted(name)) {
        let (target, mut lifted) = (target.clone(), lifted.clone());
        attacks.spawn(async move {
            let mut rounds = 0_u64;
            loop {
                tokio::select! {
                    _ = lifted.changed() => return (*name, rounds),
                    // What a stranger is answered does not matter: they try again.
                    () = attack(target.clone()) => rounds += 1,
                }
            }
        });
    }
    let mut peak = before;
    let until = Instant::now() + Duration::from_secs(options.seconds);
    while Instant::now() < until {
        tokio::time::sleep(Duration::from_secs(1)).await;
        peak = peak.max(server.anonymous_kib()?);
        if let Some(ended) = talks.try_join_next() {
            ended??;
            anyhow::bail!("somebody's connection ended in the siege");
        }
    }
    lift.send_replace(true);
    let mut rounds = Vec::new();
    while let Some(attack) = attacks.join_next().await {
        rounds.push(attack?);
    }
    Ok((peak, rounds))
}

/// A visitor who writes from time to time, until they are told to stop and all is acked.
async fn write(
    port: u16,
    address: Ipv4Addr,
    visitor: Visitor,
    origin: Instant,
    mut stopped: watch::Receiver<bool>,
) -> anyhow::Result<Seen> {
    let Visitor { token, session_id } = visitor;
    let mut client = Client::connect_from(address, port, &token).await?;
    client.call("join:session", &json!(session_id)).await?;
    let mut due = Instant::now() + PAUSE.mul_f64(f64::from(address.octets()[3]) / 256.0);
    let mut seen = Seen { sent: 0, latencies: Latencies::default() };
    let mut until = None;
    while until.is_none() || (seen.latencies.count() as u64) < seen.sent {
        tokio::select! {
            _ = stopped.changed(), if until.is_none() => until = Some(Instant::now() + WAIT_MAX),
            heard = client.hear() => if let Heard::Ack(_, answer) = heard? {
                let entry = answer.map_err(|error| anyhow::anyhow!("refused: {error}"))?;
                seen.latencies.add(origin.elapsed().saturating_sub(due_of(&entry["entry"])));
            },
            () = tokio::time::sleep_until(until.unwrap_or(due).into()) => {
                ensure!(until.is_none(), "a message was not acked");
                let at = u64::try_from((due - origin).as_micros()).unwrap_or(u64::MAX);
                let data = json!({"session_id": session_id, "content": "Is anybody there?", "metadata": {"due": at}});
                client.post("message:send", &data).await?;
                seen.sent += 1;
                due += PAUSE;
            }
        }
    }
    Ok(seen)
}

/// An agent who watches all of these conversations.
async fn join_all<'a>(
    port: u16,
    token: &str,
    session_ids: impl Iterator<Item = &'a str>,
) -> anyhow::Result<Client> {
    let mut client = Client::connect(port, token).await?;
    for session_id in session_ids {
        client.call("join:session", &json!(session_id)).await?;
        // Under the server's limit of events of one connection.
        tokio::time::sleep(Duration::from_millis(110)).await;
    }
    Ok(client)
}

/// Takes in what visitors write, until it is told how much that was and all of it is here.
async fn listen(
    mut client: Client,
    origin: Instant,
    mut all_sent: watch::Receiver<Option<u64>>,
) -> anyhow::Result<Seen> {
    let mut seen = Seen { sent: 0, latencies: Latencies::default() };
    let mut until = None;
    loop {
        if all_sent.borrow().is_some_and(|sent| seen.latencies.count() as u64 >= sent) {
            return Ok(seen);
        }
        let late = tokio::time::sleep_until(until.unwrap_or_else(Instant::now).into());
        tokio::select! {
            _ = all_sent.changed(), if until.is_none() => until = Some(Instant::now() + WAIT_MAX),
            heard = client.hear() => if let Heard::Event(name, entry) = heard?
                && name == "message:new" && entry["metadata"]["due"].is_u64()
            {
                seen.latencies.add(origin.elapsed().saturating_sub(due_of(&entry)));
            },
            () = late, if until.is_some() => anyhow::bail!("a message was not delivered"),
        }
    }
}

/// When a message should have been sent, since the begin.
fn due_of(entry: &serde_json::Value) -> Duration {
    Duration::from_micros(entry["metadata"]["due"].as_u64().unwrap_or(0))
}

#[expect(clippy::print_stdout, reason = "the report is what this program is for")]
fn report(options: &Options, latencies: &mut Latencies, memory: [u64; 3], rounds: &[(&str, u64)]) {
    let [before, peak, after] = memory;
    println!(
        "siege: {} visitors who write, {} s, {} attacks at once",
        options.visitors,
        options.seconds,
        rounds.len()
    );
    println!(
        "  p50/p90/p99/p99.9/max     {} ({} acks and deliveries)",
        latencies.summary(),
        latencies.count()
    );
    println!("  memory without files      {before} KiB before, {peak} KiB at most, {after} KiB after");
    for (name, rounds) in rounds {
        println!("  {name:<25} {rounds} rounds");
    }
}
