//! Runs a scripted provider by itself, for demonstrations and load.

use clap::{Parser, Subcommand};
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;
use switchboard_sim::chat::{ChatSim, Reply};
use switchboard_sim::realtime::{RealtimeSim, Scenario, Voice, check_espeak, tones};
use tokio::io::AsyncReadExt as _;

const LOREM: &str = "Thank you for asking. Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod \
                     tempor incididunt ut labore et dolore magna aliqua. Ut enim ad minim veniam, quis nostrud \
                     exercitation ullamco laboris nisi ut aliquip ex ea commodo consequat.";

#[derive(Parser)]
#[command(about = "Answer like a model provider, from a script")]
struct Arguments {
    #[command(subcommand)]
    provider: Provider,
}

#[derive(Subcommand)]
enum Provider {
    /// Chat, embeddings and searches in the shapes of OpenAI, Azure, Anthropic and Perplexity.
    Chat {
        /// Where to listen.
        #[arg(long, default_value = "127.0.0.1:9100")]
        listen: SocketAddr,
        /// What every chat request is answered.
        #[arg(long, default_value = LOREM)]
        text: String,
        /// Time before the first word.
        #[arg(long, default_value_t = 300)]
        first_delay_ms: u64,
        /// Time before each word.
        #[arg(long, default_value_t = 20)]
        word_delay_ms: u64,
    },
    /// Realtime voice over WebSocket, in OpenAI's shape.
    Realtime(Realtime),
}

#[derive(Parser)]
struct Realtime {
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:9101")]
    listen: SocketAddr,
    /// How much faster than speech sound is sent.
    #[arg(long, default_value_t = 4.0, value_parser = read_pace)]
    pace: f64,
    /// Speak with espeak-ng, and do not start without it.
    #[arg(long)]
    speak: bool,
    /// Sound in tones that tell their position, as in tests.
    #[arg(long, conflicts_with = "speak")]
    tones: bool,
    /// How long every answer lasts, in milliseconds: from-to, by chance; without it, as long as its words take.
    #[arg(long, value_parser = read_range)]
    answer_ms: Option<RangeInclusive<u64>>,
    /// After how many items tones repeat; fewer, with answers of 30 s sixteen, are made only once.
    #[arg(long, default_value_t = tones::ITEM_COUNT, value_parser = clap::value_parser!(u32).range(1..=128))]
    tone_items: u32,
    /// What chance starts from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Keep only counts of what was received, for long runs and load.
    #[arg(long)]
    forget: bool,
    /// Write what each connection appends to `NUMBER.pcm` in this folder, as PCM16 at 24 kHz.
    #[arg(long, value_name = "FOLDER")]
    keep_audio: Option<PathBuf>,
    /// End when standard input is closed, so that a parent that dies takes it along.
    #[arg(long)]
    until_stdin_closes: bool,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    match Arguments::parse().provider {
        Provider::Chat { listen, text, first_delay_ms, word_delay_ms } => {
            let delays = [first_delay_ms, word_delay_ms].map(Duration::from_millis);
            chat(listen, &text, delays).await
        }
        Provider::Realtime(arguments) => realtime(arguments).await,
    }
}

async fn chat(listen: SocketAddr, text: &str, delays: [Duration; 2]) -> anyhow::Result<()> {
    let sim = ChatSim::listen(listen).await?;
    let [first_delay, word_delay] = delays;
    sim.set_default(Reply::text(text).with_first_delay(first_delay).with_delay(word_delay));
    println!("answering at {}", sim.v1_url());
    let mut received = 0;
    loop {
        tokio::select! {
            ended = tokio::signal::ctrl_c() => return Ok(ended?),
            counts = sim.wait_until(|counts| counts.received > received) => received = counts.received,
        }
        sim.forget_requests();
    }
}

async fn realtime(arguments: Realtime) -> anyhow::Result<()> {
    let (voice, description) = choose_voice(&arguments)?;
    if let Some(folder) = &arguments.keep_audio {
        anyhow::ensure!(folder.is_dir(), "{} is no folder", folder.display());
    }
    let scenario = Scenario {
        pace: arguments.pace,
        seed: arguments.seed,
        voice,
        think_ms: 300,
        hears_seconds: voice != Voice::Tones,
        announces_simulation: voice != Voice::Tones,
        records_audio: !arguments.forget,
        answer_ms: arguments.answer_ms,
        tone_items: arguments.tone_items,
        keeps_audio_in: arguments.keep_audio,
        ..Scenario::default()
    };
    let sim = RealtimeSim::listen(arguments.listen, scenario).await?;
    // Whoever reads the address may end it at once.
    let mut terminated = terminated()?;
    println!("answering at {}", sim.v1_url());
    println!("{description}");
    let ended = tokio::select! {
        ended = tokio::signal::ctrl_c() => ended.map_err(anyhow::Error::from),
        () = &mut terminated => Ok(()),
        () = stdin_closed(), if arguments.until_stdin_closes => Ok(()),
    };
    if arguments.until_stdin_closes {
        // The runtime would wait for the thread that reads standard input, and that cannot be interrupted.
        std::process::exit(i32::from(ended.is_err()));
    }
    ended
}

fn choose_voice(arguments: &Realtime) -> anyhow::Result<(Voice, &'static str)> {
    if arguments.tones {
        return Ok((Voice::Tones, "sounding in tones that tell their position"));
    }
    match check_espeak() {
        Ok(()) => Ok((Voice::Espeak, "speaking with espeak-ng")),
        Err(error) if arguments.speak => Err(error),
        Err(_) => Ok((Voice::Gentle, "sounding in gentle notes, as espeak-ng does not run here")),
    }
}

fn read_pace(text: &str) -> Result<f64, String> {
    let pace: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    if (1.0..=10.0).contains(&pace) { Ok(pace) } else { Err("not between 1 and 10".to_owned()) }
}

fn read_range(text: &str) -> Result<RangeInclusive<u64>, String> {
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    let read = |text: &str| text.parse::<u64>().map_err(|_| format!("not a number: {text}"));
    let (from, to) = (read(from)?, read(to)?);
    if from > 0 && from <= to { Ok(from..=to) } else { Err("not a range from 1 upwards".to_owned()) }
}

/// Ends when the process is asked to.
#[cfg(unix)]
fn terminated() -> std::io::Result<std::pin::Pin<Box<dyn Future<Output = ()>>>> {
    let mut signal = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    Ok(Box::pin(async move {
        signal.recv().await;
    }))
}

/// Only ctrl-c ends it here.
#[cfg(not(unix))]
fn terminated() -> std::io::Result<std::pin::Pin<Box<dyn Future<Output = ()>>>> {
    Ok(Box::pin(std::future::pending()))
}

/// Ends when nobody can write to standard input any more.
async fn stdin_closed() {
    let mut input = tokio::io::stdin();
    let mut bytes = [0; 64];
    while input.read(&mut bytes).await.is_ok_and(|count| count > 0) {}
}
