//! Concurrent streamed replies: the hub's share of the time to the first token, and CPU per piece.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use clap::Args;
use serde_json::{Value, json};
use switchboard_sim::chat::{ChatSim, Recorded, Reply};
use tokio::sync::Barrier;

use crate::client::{Client, Heard};
use crate::server::Server;
use crate::stats::Latencies;

/// Typing events for each piece of a reply, so that both phases count about the same deliveries.
const TYPING_EVENTS: usize = 60;
const TYPING_PERIOD: Duration = Duration::from_millis(40);

#[derive(Args, Clone)]
pub(crate) struct Options {
    /// Replies that stream at the same time.
    #[arg(long, default_value_t = 200)]
    streams: usize,
    /// Questions in each conversation, one after another.
    #[arg(long, default_value_t = 3)]
    questions: usize,
    /// Pieces of a reply.
    #[arg(long, default_value_t = 60)]
    pieces: usize,
    /// Milliseconds between two pieces; below 34 the hub merges them.
    #[arg(long, default_value_t = 40)]
    piece_ms: u64,
    /// Milliseconds that the provider thinks.
    #[arg(long, default_value_t = 300)]
    think_ms: u64,
}

/// One question as its visitor saw it answered.
struct Asked {
    mark: String,
    sent: Instant,
    first_word: Instant,
}

struct Outcome {
    asked: Vec<Asked>,
    pieces: usize,
}

pub(crate) async fn run(server: &Server, options: &Options) -> anyhow::Result<()> {
    let sim = ChatSim::start().await;
    let words: Vec<String> = (0..options.pieces).map(|number| format!("word{number} ")).collect();
    sim.set_default(
        Reply::pieces(words)
            .with_first_delay(Duration::from_millis(options.think_ms))
            .with_delay(Duration::from_millis(options.piece_ms)),
    );
    let agent = server.owner("owner").await?;
    server.let_the_assistant_answer(&agent, &sim.v1_url()).await?;
    let mut rooms = Vec::new();
    for _ in 0..options.streams {
        let visitor = server.visitor().await?;
        let mut theirs = Client::connect(server.port, &visitor.token).await?;
        theirs.call("join:session", &json!(visitor.session_id)).await?;
        let mut ours = Client::connect(server.port, &agent).await?;
        ours.call("join:session", &json!(visitor.session_id)).await?;
        rooms.push((visitor.session_id, theirs, ours));
    }
    let (rooms, streamed) = stream_all(server, options, rooms).await?;
    let requests = sim.requests();
    let typed = type_all(server, rooms).await?;
    report(options, &streamed, &requests, &typed)
}

/// What a phase delivered, and the server's CPU meanwhile.
struct Phase<T> {
    outcomes: Vec<T>,
    deliveries: usize,
    cpu: f64,
    took: f64,
}

type Room = (String, Client, Client);

async fn stream_all(
    server: &Server,
    options: &Options,
    rooms: Vec<Room>,
) -> anyhow::Result<(Vec<Room>, Phase<Outcome>)> {
    let start = Arc::new(Barrier::new(rooms.len() + 1));
    let (mut tasks, count) = (Vec::new(), rooms.len());
    let reply_ms = options.think_ms + options.pieces as u64 * options.piece_ms;
    for (number, (id, mut theirs, mut ours)) in rooms.into_iter().enumerate() {
        let (options, start) = (options.clone(), start.clone());
        tasks.push(tokio::spawn(async move {
            start.wait().await;
            // Questions come spread over the length of a reply, as in life.
            let offset = Duration::from_millis(reply_ms * number as u64 / count as u64);
            tokio::time::sleep(offset).await;
            let mut outcome = Outcome { asked: Vec::new(), pieces: 0 };
            for question in 0..options.questions {
                let mark = format!("question {question} of room {number}, please");
                let asking = ask(&mut theirs, &id, mark);
                let watching = watch(&mut ours);
                let (asked, watched) = tokio::join!(asking, watching);
                let ((asked, pieces), watched) = (asked?, watched?);
                outcome.asked.push(asked);
                outcome.pieces += pieces + watched;
            }
            anyhow::Ok(((id, theirs, ours), outcome))
        }));
    }
    start.wait().await;
    let (cpu_before, began) = (server.cpu_seconds()?, Instant::now());
    let (mut rooms, mut outcomes) = (Vec::new(), Vec::new());
    for task in tasks {
        let (room, outcome) = task.await??;
        rooms.push(room);
        outcomes.push(outcome);
    }
    let cpu = server.cpu_seconds()? - cpu_before;
    let deliveries = outcomes.iter().map(|outcome| outcome.pieces).sum();
    Ok((rooms, Phase { outcomes, deliveries, cpu, took: began.elapsed().as_secs_f64() }))
}

/// Asks and reads the reply; gives when its first word came and how many pieces.
async fn ask(client: &mut Client, id: &str, mark: String) -> anyhow::Result<(Asked, usize)> {
    let sent = Instant::now();
    client.post("message:send", &json!({ "session_id": id, "content": mark })).await?;
    let (mut first_word, mut pieces, mut text) = (None, 0, String::new());
    loop {
        match client.hear().await? {
            Heard::Event(name, data) if name == "message:delta" => {
                first_word.get_or_insert_with(Instant::now);
                pieces += 1;
                ensure!(data["offset"].as_u64() == Some(text.len() as u64), "a piece is missing");
                text.push_str(data["text"].as_str().unwrap_or_default());
            }
            Heard::Event(name, data) if is_reply(&name, &data) => {
                ensure!(
                    data["content"].as_str() == Some(text.as_str()),
                    "the entry is not what was streamed"
                );
                let first_word = first_word.context("a reply without a piece")?;
                return Ok((Asked { mark, sent, first_word }, pieces));
            }
            Heard::Event(name, data) if name == "ai:error" => anyhow::bail!("{data}"),
            Heard::Event(..) | Heard::Ack(..) => {}
        }
    }
}

async fn watch(client: &mut Client) -> anyhow::Result<usize> {
    let mut pieces = 0;
    loop {
        match client.hear().await? {
            Heard::Event(name, _) if name == "message:delta" => pieces += 1,
            Heard::Event(name, data) if is_reply(&name, &data) => return Ok(pieces),
            Heard::Event(..) | Heard::Ack(..) => {}
        }
    }
}

fn is_reply(name: &str, data: &Value) -> bool {
    name == "message:new" && data["role"] == "assistant"
}

/// The same rooms, typing instead: an event of the agent's is delivered to nobody but agents, the visitor's to the agent.
async fn type_all(server: &Server, rooms: Vec<Room>) -> anyhow::Result<Phase<()>> {
    let start = Arc::new(Barrier::new(rooms.len() + 1));
    let (mut tasks, count) = (Vec::new(), rooms.len());
    for (number, (id, mut theirs, mut ours)) in rooms.into_iter().enumerate() {
        let start = start.clone();
        tasks.push(tokio::spawn(async move {
            start.wait().await;
            tokio::time::sleep(TYPING_PERIOD * number as u32 / count as u32).await;
            let typing = async {
                for turn in 0..TYPING_EVENTS {
                    let event = if turn % 2 == 0 { "typing:start" } else { "typing:stop" };
                    theirs
                        .post(
                            event,
                            &json!({ "session_id": id, "preview": "some words that are being written" }),
                        )
                        .await?;
                    tokio::time::sleep(TYPING_PERIOD).await;
                }
                anyhow::Ok(())
            };
            let hearing = async {
                let mut heard = 0;
                while heard < TYPING_EVENTS {
                    if let Heard::Event(name, _) = ours.hear().await?
                        && name.starts_with("typing:")
                    {
                        heard += 1;
                    }
                }
                anyhow::Ok(heard)
            };
            let (typed, heard) = tokio::join!(typing, hearing);
            typed?;
            heard
        }));
    }
    start.wait().await;
    let (cpu_before, began) = (server.cpu_seconds()?, Instant::now());
    let mut deliveries = 0;
    for task in tasks {
        deliveries += task.await??;
    }
    let cpu = server.cpu_seconds()? - cpu_before;
    Ok(Phase { outcomes: Vec::new(), deliveries, cpu, took: began.elapsed().as_secs_f64() })
}

#[expect(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "the report is what this program is for"
)]
fn report(
    options: &Options,
    streamed: &Phase<Outcome>,
    requests: &[Recorded],
    typed: &Phase<()>,
) -> anyhow::Result<()> {
    let mut hub = Latencies::default();
    let mut provider = Latencies::default();
    let by_mark: HashMap<&str, &Recorded> =
        requests.iter().filter_map(|request| Some((last_words(request)?, request))).collect();
    for asked in streamed.outcomes.iter().flat_map(|outcome| &outcome.asked) {
        let request = by_mark
            .get(asked.mark.as_str())
            .with_context(|| format!("`{}` did not reach the provider", asked.mark))?;
        let first_piece = *request.pieces_sent.first().context("the provider sent nothing")?;
        let there = request.arrived.saturating_duration_since(asked.sent);
        let back = asked.first_word.saturating_duration_since(first_piece);
        hub.add(there + back);
        provider.add(first_piece.saturating_duration_since(request.arrived));
    }
    let per = |phase_cpu: f64, deliveries: usize| phase_cpu * 1e6 / deliveries as f64;
    let (delta, typing) = (per(streamed.cpu, streamed.deliveries), per(typed.cpu, typed.deliveries));
    println!(
        "assistant: {} streams at once, {} questions each, {} pieces of {} ms, {:.1} s",
        options.streams, options.questions, options.pieces, options.piece_ms, streamed.took
    );
    println!("  time to first word, p50/p90/p99/p99.9/max");
    println!("    the provider's share    {}", provider.summary());
    println!(
        "    the hub's own share     {} ({} replies, from send to first piece)",
        hub.summary(),
        hub.count()
    );
    println!(
        "  pieces delivered          {} ({:.0}/s), in order, equal to the entry",
        streamed.deliveries,
        streamed.deliveries as f64 / streamed.took
    );
    println!(
        "  server CPU per piece      {delta:.1} µs, everything of a reply included ({:.0} % of one core)",
        streamed.cpu * 100.0 / streamed.took
    );
    println!(
        "  server CPU per typing     {typing:.1} µs ({} deliveries in the same run, {:.0} % of one core)",
        typed.deliveries,
        typed.cpu * 100.0 / typed.took
    );
    println!("  a piece costs             {:.2} times a typing event", delta / typing);
    Ok(())
}

/// The last line of a request: the newest message, which in a first request shares its text with the background.
fn last_words(request: &Recorded) -> Option<&str> {
    let content = &request.body["messages"].as_array()?.last()?["content"];
    content.as_str().or_else(|| content.as_array()?.last()?["text"].as_str())?.lines().last()
}
