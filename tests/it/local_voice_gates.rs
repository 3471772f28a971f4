//! What the voice of the server is held to: questions of a shop spoken by other voices than its own, as fast as people
//! speak, and questions that it must not answer, in every language that has a gate. An ordinary run asks a few; all of
//! them, with times that mean something on two quiet processor cores:
//! `LOCAL_VOICE_QUESTIONS=20 cargo test --test it local_voice_gates -- --nocapture`.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use switchboard_sim::realtime::{RealtimeSim, Scenario};
use tokio::time::Instant;

use crate::support::model::{add_multilingual_voice_and_encoder, add_voice_and_encoder};
use crate::support::phone::{Exchange, FRAME, Phone, is_final, playback};
use crate::support::{Assisted, Database, Options, within};

/// What a language is held to.
struct Gate {
    /// Its two-letter code, which the visitor's browser gives.
    locale: &'static str,
    add_models: fn(&Path),
    /// What is asked, and a word of the right answer.
    questions: [(&'static str, &'static str); 20],
    /// Answers to these are nobody's business here.
    off_topic: [&'static str; 5],
    /// The beginning of what the assistant asks where it is not sure, and what the visitor says to it.
    do_you_mean: (&'static str, &'static str),
    /// Words of every answer that is none.
    refusals: [&'static str; 3],
    /// The right entry is said in so many of a hundred, at least.
    right_percent: usize,
    /// Speaks a sentence at 24 kHz; every other one in another voice.
    say: fn(&str, usize) -> Vec<i16>,
}

/// What an ordinary run asks.
const FEW: usize = 3;

const ENGLISH: Gate = Gate {
    locale: "en",
    add_models: add_voice_and_encoder,
    questions: [
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
    ],
    off_topic: [
        "What is the capital of France?",
        "Who won the football game last night?",
        "Can you write a poem about the moon?",
        "How tall is the highest mountain?",
        "What is seven times eight?",
    ],
    do_you_mean: ("Do you mean", "Yes."),
    refusals: ["no answer", "not sure", "Do you mean"],
    right_percent: 85,
    say: say_by_flite,
};

const SPANISH: Gate = Gate {
    locale: "es",
    add_models: add_multilingual_voice_and_encoder,
    questions: [
        ("¿Cuál es su horario?", "lunes"),
        ("¿Dónde está la tienda?", "Puerto"),
        ("¿Cuánto tarda el envío?", "laborables dentro"),
        ("¿Cuánto cuesta el envío?", "3,90"),
        ("¿Qué precio tiene el envío?", "3,90"),
        ("¿Puedo devolver algo que he comprado?", "30 días"),
        ("¿Puedo devolver un producto?", "30 días"),
        ("¿Cuándo me devuelven el dinero?", "Tres días"),
        ("¿Cómo puedo pagar?", "PayPal"),
        ("¿Puedo pagar con tarjeta de crédito?", "PayPal"),
        ("¿Sus cafés son ecológicos?", "comercio justo"),
        ("¿El café es ecológico?", "comercio justo"),
        ("¿Qué tan fresco es el café?", "Tostamos"),
        ("¿Me muelen el café?", "molienda"),
        ("¿Pueden moler el café?", "molienda"),
        ("¿Tienen suscripción?", "barata"),
        ("¿Venden tarjetas regalo?", "no caducan"),
        ("¿Puedo comprar una tarjeta de regalo?", "no caducan"),
        ("¿A qué hora abren?", "lunes"),
        ("¿Dónde puedo encontrar su tienda?", "Puerto"),
    ],
    off_topic: [
        "¿Cuál es la capital de Francia?",
        "¿Quién ganó el partido de fútbol anoche?",
        "¿Puede escribir un poema sobre la luna?",
        "¿Cuánto mide la montaña más alta?",
        "¿Cuánto es siete por ocho?",
    ],
    do_you_mean: ("¿Es esto lo que buscas?", "Sí, por favor."),
    refusals: ["No tengo respuesta", "No sé si te he entendido", "¿Es esto lo que buscas?"],
    right_percent: 70,
    say: say_recorded_spanish,
};

/// Clear, and installed from the distribution.
fn say_by_flite(sentence: &str, at: usize) -> Vec<i16> {
    let file = tempfile::Builder::new().suffix(".wav").tempfile().unwrap();
    let mut flite = Command::new("flite");
    flite.args(["-voice", ["rms", "slt"][at % 2], "-t", sentence, "-o"]).arg(file.path());
    assert!(flite.status().expect("install flite to run the gates").success());
    let sound = audio::read_wav(&std::fs::read(file.path()).unwrap()).unwrap();
    audio::resample_whole(&sound.samples, sound.rate_hz, 24_000).unwrap()
}

/// No distribution has a clear Spanish voice: these sentences are files of the repository, in mu-law at 16 kHz.
fn say_recorded_spanish(sentence: &str, _at: usize) -> Vec<i16> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/voices/spanish");
    let list = std::fs::read_to_string(folder.join("sentences.txt")).unwrap();
    let line = list.lines().find(|line| line.split_once(' ').is_some_and(|(_, said)| said == sentence));
    let (name, _) = line.and_then(|line| line.split_once(' ')).expect("it was recorded");
    let bytes = std::fs::read(folder.join(format!("{name}.ul"))).unwrap();
    let samples: Vec<i16> = bytes.into_iter().map(from_mu_law).collect();
    audio::resample_whole(&samples, 16_000, 24_000).unwrap()
}

/// A sample of a byte of mu-law (G.711).
fn from_mu_law(byte: u8) -> i16 {
    const BIAS: i16 = 0x84;
    let byte = !byte;
    let size = ((i16::from(byte & 0x0f) << 3) + BIAS) << ((byte & 0x70) >> 4);
    if byte & 0x80 == 0 { size - BIAS } else { BIAS - size }
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

/// How a question went.
struct Asked {
    heard: String,
    said: String,
    /// When each of [`STAGES`] was over, in milliseconds after the last sound of the question.
    stages_ms: [u64; 5],
    /// What the server computed from the first sound of the question to the last of the answer, in hundredths of a second.
    cpu_ticks: u64,
}

/// What happens between the last sound of a question and the first of its answer. The last one is measured here, at the
/// phone; the others are what the server's log says, from the end of speech that it has noticed.
const STAGES: [&str; 5] =
    ["turn over", "in words", "answer there", "first sentence spoken", "first sample at the phone"];

/// What the server's log calls them.
const LOGGED: [&str; 4] = ["turn_over_ms", "recognised_ms", "answered_ms", "spoken_ms"];

/// A site with the demo's knowledge, and the log of its server.
struct Shop {
    exchange: Exchange,
    log: tempfile::NamedTempFile,
}

impl Shop {
    /// The stages of the first turn that was answered in a call, without the last one.
    async fn stages_of(&self, call_id: &str) -> [u64; 4] {
        let is_its = |line: &Value| line["call.id"] == call_id && line["spoken_ms"].is_u64();
        let logged = async {
            loop {
                let log = std::fs::read_to_string(self.log.path()).unwrap();
                let mut lines = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
                if let Some(line) = lines.find(is_its) {
                    return LOGGED.map(|name| line[name].as_u64().expect("a number"));
                }
                tokio::task::yield_now().await;
            }
        };
        within("the log says how long it took", logged).await
    }

    /// What the server and its ended children have computed, in hundredths of a second.
    fn cpu_ticks(&self) -> u64 {
        let pid = self.exchange.assisted.site.server.pid();
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
        let (_, fields) = stat.rsplit_once(") ").unwrap();
        fields.split(' ').skip(11).take(4).map(|field| field.parse::<u64>().unwrap()).sum()
    }
}

/// The median and what 95 % are within.
fn median_and_late(mut values: Vec<u64>) -> (u64, u64) {
    values.sort_unstable();
    (values[values.len() / 2], values[(values.len() * 19).div_ceil(20) - 1])
}

impl Gate {
    /// A site with the demo's knowledge and no provider.
    async fn open(&self) -> Shop {
        let log = tempfile::NamedTempFile::new().unwrap();
        let options = Options::unlimited()
            .flag("--log-format", "json")
            .log_to(log.path(), "error,switchboard::voice::turn_times=debug");
        let database = Database::sqlite();
        (self.add_models)(database.dir());
        let assisted = Assisted::with(database, options).await;
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
        Shop { exchange, log }
    }

    /// Asks in a call of its own.
    async fn ask(&self, shop: &Shop, question: &str, at: usize, confirms: bool) -> Asked {
        let exchange = &shop.exchange;
        let site = &exchange.assisted.site;
        let mut visitor = site.stranger_with_locale(&site.org, self.locale).await;
        site.begin(&mut visitor).await;
        let mut phone = exchange.call_of(&visitor).await;
        phone.until_where("state", |state| state["link"] == "ok").await;
        let sound = (self.say)(question, at);
        let spoken_until =
            sound.iter().rposition(|sample| sample.unsigned_abs() > 600).unwrap_or(sound.len());
        let ticks_before = shop.cpu_ticks();
        speak(&mut phone, &sound[..spoken_until]).await;
        let (ended, before) = (Instant::now(), playback(&phone.sounds).len());
        let silence = vec![0; 24 * 20];
        while playback(&phone.sounds).len() == before {
            speak(&mut phone, &silence).await;
            phone.read_what_is_there().await;
            assert!(ended.elapsed() < Duration::from_secs(20), "{question}: nothing is said");
        }
        let took_ms = u64::try_from(ended.elapsed().as_millis()).unwrap();
        let text = |one: &Value| one["text"].as_str().unwrap().to_owned();
        let heard = text(&phone.until_where("transcript", is_final("visitor")).await);
        let mut said = text(&phone.until_where("transcript", is_final("assistant")).await);
        let cpu_ticks = shop.cpu_ticks() - ticks_before;
        let [over, heard_ms, answered, spoken] = shop.stages_of(phone.call_id()).await;
        let (asks, yes) = self.do_you_mean;
        if said.starts_with(asks) && confirms {
            speak(&mut phone, &(self.say)(yes, at)).await;
            phone.send(0, &vec![0; 24 * 900]).await;
            let agreed = text(&phone.until_where("transcript", is_final("visitor")).await);
            let confirmed = text(&phone.until_where("transcript", is_final("assistant")).await);
            said = format!("{said}  ->  {agreed}  ->  {confirmed}");
        }
        phone.say("hangup", &json!({})).await;
        phone.until("ended").await;
        println!("{took_ms:>5} ms  {question}  ->  {heard}  ->  {said}");
        Asked { heard, said, stages_ms: [over, heard_ms, answered, spoken, took_ms], cpu_ticks }
    }

    /// Asks as many questions as are wanted, and a quarter as many that are off topic.
    async fn hold(&self) {
        let shop = self.open().await;
        let count =
            std::env::var("LOCAL_VOICE_QUESTIONS").map_or(FEW, |count| count.parse().expect("a number"));
        let (mut right, mut all) = (0, Vec::new());
        for (at, (question, word)) in self.questions.into_iter().take(count).enumerate() {
            let asked = self.ask(&shop, question, at, true).await;
            right += usize::from(asked.said.contains(word));
            all.push(asked);
        }
        for question in self.off_topic.into_iter().take(count.div_ceil(4)) {
            let asked = self.ask(&shop, question, 0, false).await;
            let is_refused = self.refusals.iter().any(|words| asked.said.contains(words));
            assert!(is_refused, "{question} -> {}: {}", asked.heard, asked.said);
        }
        println!("{}: right {right} of {}; milliseconds after the last sound:", self.locale, all.len());
        for (at, stage) in STAGES.into_iter().enumerate() {
            let (median, late) = median_and_late(all.iter().map(|one| one.stages_ms[at]).collect());
            println!("{stage:>28}: p50 {median}, p95 {late}");
        }
        let (median, late) = median_and_late(all.iter().map(|one| one.cpu_ticks * 10).collect());
        println!("{:>28}: p50 {median}, p95 {late}", "processor ms for a turn");
        assert!(right * 100 >= self.right_percent * all.len(), "{right} of {}", all.len());
    }
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
    ENGLISH.hold().await;
}

#[tokio::test]
async fn spanish_questions_are_answered_aloud_in_spanish_and_none_off_topic() {
    SPANISH.hold().await;
}
