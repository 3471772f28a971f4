//! What the voice of the server is held to: questions of a shop spoken by another voice than its own, as fast as people
//! speak, and questions that it must not answer. An ordinary run asks a few; all of them, with times that mean something on
//! two quiet processor cores: `LOCAL_VOICE_QUESTIONS=20 cargo test --test it local_voice_gates -- --nocapture`.

use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use switchboard_sim::realtime::{RealtimeSim, Scenario};
use tokio::time::Instant;

use crate::support::model::add_voice_and_encoder;
use crate::support::phone::{Exchange, FRAME, Phone, is_final, playback};
use crate::support::{Assisted, Database, Options, within};

/// What is asked, and a word of the right answer.
const QUESTIONS: [(&str, &str); 20] = [
    ("What are your opening hours?", "Monday"),
    ("Where is the shop?", "Harbour"),
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
    ("When do you open?", "Monday"),
    ("Where can I find your store?", "Harbour"),
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

/// Asks in a call of its own, and gives what was heard and answered, and after how many milliseconds the first sound came.
async fn ask(
    exchange: &Exchange,
    question: &str,
    voice: &str,
    expects_answer: bool,
) -> (String, String, u128) {
    let (_visitor, mut phone) = exchange.call().await;
    phone.until_where("state", |state| state["link"] == "ok").await;
    let sound = say(question, voice);
    let spoken_until = sound.iter().rposition(|sample| sample.unsigned_abs() > 600).unwrap_or(sound.len());
    speak(&mut phone, &sound[..spoken_until]).await;
    let (ended, before) = (Instant::now(), playback(&phone.sounds).len());
    let silence = vec![0; 24 * 20];
    while playback(&phone.sounds).len() == before {
        speak(&mut phone, &silence).await;
        phone.read_what_is_there().await;
        assert!(ended.elapsed() < Duration::from_secs(20), "{question}: nothing is said");
    }
    let took = ended.elapsed().as_millis();
    let text = |one: &Value| one["text"].as_str().unwrap().to_owned();
    let heard = text(&phone.until_where("transcript", is_final("visitor")).await);
    let mut said = text(&phone.until_where("transcript", is_final("assistant")).await);
    if said.starts_with("Do you mean") && expects_answer {
        speak(&mut phone, &say("Yes.", voice)).await;
        phone.send(0, &vec![0; 24 * 900]).await;
        let confirmed = text(&phone.until_where("transcript", is_final("assistant")).await);
        said = format!("{said}  ->  Yes.  ->  {confirmed}");
    }
    phone.say("hangup", &json!({})).await;
    phone.until("ended").await;
    (heard, said, took)
}

/// Waits until what is known can be found by its meaning: that is worked out beside what is asked.
async fn understood_by_meaning(exchange: &Exchange) {
    let path = "/api/v1/knowledge/search?q=Where%20is%20the%20shop%3F";
    loop {
        let found = exchange.assisted.site.get(Some(&exchange.assisted.owner.token), path).await;
        assert_eq!(found.status, 200, "{found:?}");
        if found.body["verdict"] == "sure" {
            return;
        }
    }
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
    within("questions are understood by their meaning", understood_by_meaning(&exchange)).await;
    let count = std::env::var("LOCAL_VOICE_QUESTIONS").map_or(FEW, |count| count.parse().expect("a number"));
    let (mut right, mut took) = (0, Vec::new());
    for (at, (question, word)) in QUESTIONS.into_iter().take(count).enumerate() {
        let (heard, said, ms) = ask(&exchange, question, ["rms", "slt"][at % 2], true).await;
        println!("{ms:>5} ms  {question}  ->  {heard}  ->  {said}");
        right += usize::from(said.contains(word));
        took.push(ms);
    }
    for question in OFF_TOPIC.into_iter().take(count.div_ceil(4)) {
        let (heard, said, ms) = ask(&exchange, question, "rms", false).await;
        println!("{ms:>5} ms  {question}  ->  {heard}  ->  {said}");
        let is_refused = ["no answer", "not sure", "Do you mean"].iter().any(|words| said.contains(words));
        assert!(is_refused, "{question}: {said}");
    }
    took.sort_unstable();
    let (median, late) = (took[took.len() / 2], took[(took.len() * 19).div_ceil(20) - 1]);
    println!("right {right} of {}; median {median} ms, 95 % {late} ms", took.len());
    assert!(right * 100 >= RIGHT_PERCENT * took.len(), "{right} of {}", took.len());
}
