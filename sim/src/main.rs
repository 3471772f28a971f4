//! Runs a scripted provider by itself, for demonstrations and load.

use clap::{Parser, Subcommand};
use std::net::SocketAddr;
use std::time::Duration;
use switchboard_sim::chat::{ChatSim, Reply};

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
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let Provider::Chat { listen, text, first_delay_ms, word_delay_ms } = Arguments::parse().provider;
    let sim = ChatSim::listen(listen).await?;
    let reply = Reply::text(&text)
        .with_first_delay(Duration::from_millis(first_delay_ms))
        .with_delay(Duration::from_millis(word_delay_ms));
    sim.set_default(reply);
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
