//! Takeovers at random moments of streaming replies and running tools: nothing of the assistant comes after.

use std::time::Duration;

use rand::{RngExt as _, SeedableRng as _};
use serde_json::json;
use switchboard_sim::chat::Reply;
use tokio::sync::Notify;

use crate::support::{Assisted, Client, Database, Received, Site, within};

const TAKEOVERS: usize = 500;
const AT_ONCE: usize = 25;
/// A scripted reply takes about this long; takeovers come at any moment of it.
const REPLY_MS: u64 = 60;

/// The seed of a run: `SEED`, or a fresh one; it is printed with every failure.
fn seed() -> u64 {
    std::env::var("SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(rand::random)
}

/// What one visitor saw.
#[derive(Debug, Default)]
struct Seen {
    streamed: String,
    entries: Vec<(String, String)>,
    pieces_after: usize,
    assistant_entries_after: usize,
}

/// Reads what a visitor gets until the agent's word, which is written after the takeover.
async fn read_until_the_agents_word(client: &mut Client, first_word: &Notify) -> Seen {
    let mut seen = Seen::default();
    let mut is_taken = false;
    loop {
        let Received::Event { name, data } = client.next().await else { continue };
        match name.as_str() {
            "message:delta" if is_taken => seen.pieces_after += 1,
            "message:delta" => {
                seen.streamed.push_str(data["text"].as_str().unwrap_or_default());
                first_word.notify_one();
            }
            "message:new" => {
                let role = data["role"].as_str().unwrap_or_default().to_owned();
                is_taken |= data["event"] == "takeover";
                seen.assistant_entries_after += usize::from(is_taken && role == "assistant");
                let is_last = role == "agent" && data["kind"] == "message";
                seen.entries.push((role, data["content"].as_str().unwrap_or_default().to_owned()));
                if is_last {
                    return seen;
                }
            }
            _ => {}
        }
    }
}

/// When an agent takes over.
#[derive(Debug, Clone, Copy)]
struct Moment {
    /// Whether the wait begins with the reply's first word, and not with the question.
    is_from_first_word: bool,
    wait: Duration,
}

async fn take_over(site: &Site, token: &str, session_id: &str, moment: Moment, first_word: &Notify) {
    if moment.is_from_first_word {
        first_word.notified().await;
    }
    // The moment is random on purpose: this is the test's input, not a wait for something.
    tokio::time::sleep(moment.wait).await;
    let path = format!("/api/v1/conversations/{session_id}");
    let taken = site.post(Some(token), &format!("{path}/takeover"), &json!({})).await;
    assert_eq!(taken.status, 200, "{taken:?}");
    let said =
        site.post(Some(token), &format!("{path}/messages"), &json!({"content": "a person here"})).await;
    assert_eq!(said.status, 201, "{said:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn not_one_character_of_the_assistant_comes_after_a_takeover() {
    let seed = seed();
    println!("SEED={seed}");
    let mut dice = rand::rngs::StdRng::seed_from_u64(seed);
    let assisted = Assisted::start(Database::sqlite()).await;
    // Words, then a tool, then words again, three rounds of it.
    let reply = Reply::pieces(["one ", "two ", "three ", "four "])
        .with_tool_call("call", "search", r#"{"query":"opening hours"}"#)
        .with_delay(Duration::from_millis(3));
    assisted.sim.set_default(reply);
    let (mut cut, mut cancelled, mut whole) = (0, 0, 0);
    for _ in 0..TAKEOVERS / AT_ONCE {
        let mut chats = Vec::new();
        for _ in 0..AT_ONCE {
            let wait = Duration::from_micros(dice.random_range(0..REPLY_MS * 1_000));
            let moment = Moment { is_from_first_word: dice.random_bool(0.75), wait };
            chats.push((assisted.chatting().await, moment));
        }
        let (site, token) = (&assisted.site, assisted.owner.token.as_str());
        let runs = chats.iter_mut().map(|((visitor, client), moment)| async move {
            let first_word = Notify::new();
            client.say(visitor.session_id(), "when do you open?").await;
            let take = take_over(site, token, visitor.session_id(), *moment, &first_word);
            let read = within("the agent's word", read_until_the_agents_word(client, &first_word));
            tokio::join!(take, read).1
        });
        for seen in futures_util::future::join_all(runs).await {
            assert_eq!(seen.pieces_after, 0, "SEED={seed} {seen:?}");
            assert_eq!(seen.assistant_entries_after, 0, "SEED={seed} {seen:?}");
            let said: Vec<&str> = seen
                .entries
                .iter()
                .filter(|(role, _)| role == "assistant")
                .map(|(_, text)| text.as_str())
                .collect();
            match said.as_slice() {
                [] => {
                    assert_eq!(seen.streamed, "", "SEED={seed}: what was streamed is kept: {seen:?}");
                    cancelled += 1;
                }
                [one] => {
                    assert_eq!(*one, seen.streamed, "SEED={seed}: the entry is what was streamed");
                    if one.matches("four").count() == 4 { whole += 1 } else { cut += 1 }
                }
                more => panic!("SEED={seed}: {more:?}"),
            }
        }
    }
    println!("{cut} cut in the middle, {cancelled} before their first word, {whole} after their end");
    assert!(cut > TAKEOVERS / 4, "most moments are in the middle of a reply: {cut}");
    let counts = assisted.sim.wait_until(|counts| counts.open() == 0).await;
    assert!(counts.cancelled > 0, "requests were broken off upstream: {counts:?}");
}
