//! What the voice of the server is held to: questions of a shop spoken by another voice than its own, as fast as people
//! speak, and questions that it must not answer. An ordinary run asks a few; all of them, with times that mean something on
//! two quiet processor cores: `LOCAL_VOICE_QUESTIONS=20 cargo test --test it local_voice_gates -- --nocapture`.

use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use switchboard_sim::realtime::{RealtimeSim, Scenario};
use tokio::time::Instant;

use crate::support::model::add_voice_and_encoder;
use crate::support::phone::{Exchange, FRAME, Phone};
use crate::support::{Assisted, Database, Options};

/// What is asked, and a word of the right answer.
const QUESTIONS: [(&str, &str); 20] = [
    ("What are your opening hours?", "Monday"),
    ("When do you open?", "Monday"),
    ("Where is the shop?", "Harbour"),
    ("Where can I find your store?", "Harbour"),
    ("How long does delivery take?", "working days inside"),
    ("How much does shipping cost?", "3.90"),
    ("What does delivery cost?", "3.90"),
    ("Can I return something I bought?", "30 days"),
    ("Can I send something back?", "30 days"),
    ("When do I get my money back?", "Three working days"),
    ("How can I pay?", "PayPal"),
    ("Can I pay with a credit card?", "PayPal"),
    ("Are your coffees organic?", "fairly traded"),
    ("Is the coffee organic?", "fairly traded"),
    ("How fresh is the coffee?", "roast every Tuesday"),
    ("Do you grind the coffee for me?", "Choose the grind"),
    ("Can you grind my coffee?", "Choose the grind"),
    ("Do you have a subscription?", "cheaper"),
    ("Do you sell gift cards?", "do not expire"),
    ("Can I buy a gift card?", "do not expire"),
];

/// Answers to these are nobody's business here.
const OFF_TOPIC: [&str; 5] = [
    "What is the capital of France?",
    "Who won the football game last night?",
    "Can you write a poem about the moon?",
    "How tall is the highest mountain?",
    "What is seven times eight?",
];

/// What an ordinary run asks.
const FEW: usize = 3;

/// The right entry is said in so many of a hundred, at least.
const RIGHT_PERCENT: usize = 85;

/// A sentence at 24 kHz.
fn say(sentence: &str, voice: &str) -> Vec<i16> {
    let file = tempfile::Builder::new().suffix(".wav").tempfile().unwrap();
    let mut flite = Command::new("flite");
    flite.args(["-voice", voice, "-t", sentence, "-o"]).arg(file.path());
    assert!(flite.status().expect("install flite to run the gates").success());
    let sound = audio::read_wav(&std::fs::read(file.path()).unwrap()).unwrap();
    audio::resample_whole(&sound.samples, sound.rate_hz, 24_000).unwrap()
}

/// Sends sound as fast as it is spoken.
async fn speak(phone: &mut Phone, samples: &[i16]) {
    let mut next = Instant::now();
    for frame in samples.chunks(FRAME) {
        let mut frame = frame.to_vec();
        frame.resize(FRAME, 0);
        phone.send(0, &frame).await;
        next += Duration::from_millis(20);
        tokio::time::sleep_until(next).await;
    }
}

/// Asks, and gives what was answered and after how many milliseconds its first sound came.
async fn ask(phone: &mut Phone, question: &str, voice: &str) -> (String, u128) {
    let sound = say(question, voice);
    let spoken_until = sound.iter().rposition(|sample| sample.unsigned_abs() > 600).unwrap_or(sound.len());
    speak(phone, &sound[..spoken_until]).await;
    let (ended, before) = (Instant::now(), played(phone));
    let silence = vec![0; 24 * 20];
    while played(phone) == before {
        speak(phone, &silence).await;
        phone.read_what_is_there().await;
        assert!(ended.elapsed() < Duration::from_secs(20), "{question}: nothing is said");
    }
    let took = ended.elapsed().as_millis();
    let is_answer = |one: &Value| one["role"] == "assistant" && one["final"] == true && one["text"] != "";
    let said = phone.until_where("transcript", is_answer).await;
    (said["text"].as_str().unwrap().to_owned(), took)
}

fn played(phone: &Phone) -> usize {
    phone.sounds.iter().filter(|one| one.kind == 2 && one.track == 1).count()
}

#[tokio::test]
async fn questions_are_answered_aloud_and_none_off_topic() {
    let database = Database::sqlite();
    add_voice_and_encoder(database.dir());
    let assisted = Assisted::with(database, Options::unlimited()).await;
    let exchange = Exchange { assisted, sim: RealtimeSim::start(Scenario::default()).await };
    exchange.assisted.remove_providers().await;
    exchange.set(json!({ "voice_enabled": true, "voice_greets": false })).await;
    let demo: Vec<Value> = serde_json::from_str(include_str!("../../src/knowledge/demo.json")).unwrap();
    for pair in demo {
        let (site, owner) = (&exchange.assisted.site, &exchange.assisted.owner);
        let made = site.post(Some(&owner.token), "/api/v1/knowledge/pairs", &pair).await;
        assert_eq!(made.status, 201, "{made:?}");
    }
    let count = std::env::var("LOCAL_VOICE_QUESTIONS").map_or(FEW, |count| count.parse().expect("a number"));
    let (mut right, mut took) = (0, Vec::new());
    for (at, (question, word)) in QUESTIONS.into_iter().take(count).enumerate() {
        let (_visitor, mut phone) = exchange.call().await;
        phone.until_where("state", |state| state["link"] == "ok").await;
        let (said, ms) = ask(&mut phone, question, ["rms", "slt"][at % 2]).await;
        println!("{ms:>5} ms  {question}  ->  {said}");
        right += usize::from(said.contains(word));
        took.push(ms);
    }
    for question in OFF_TOPIC.into_iter().take(count.div_ceil(4)) {
        let (_visitor, mut phone) = exchange.call().await;
        phone.until_where("state", |state| state["link"] == "ok").await;
        let (said, ms) = ask(&mut phone, question, "rms").await;
        println!("{ms:>5} ms  {question}  ->  {said}");
        let is_refused = ["no answer", "not sure", "Do you mean"].iter().any(|words| said.contains(words));
        assert!(is_refused, "{question}: {said}");
    }
    took.sort_unstable();
    let (median, late) = (took[took.len() / 2], took[(took.len() * 19).div_ceil(20) - 1]);
    println!("right {right} of {}; median {median} ms, 95 % {late} ms", took.len());
    assert!(right * 100 >= RIGHT_PERCENT * took.len(), "{right} of {}", took.len());
}
