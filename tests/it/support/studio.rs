//! A site whose calls are answered by the server's own voice, over stages that the test plays.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use audio::synthetic_voice;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use serde_json::{Value, json};
use switchboard_sim::chat::Reply;
use switchboard_sim::realtime::{RealtimeSim, Scenario};

use super::phone::{Exchange, Phone};
use super::{Assisted, Database, Options, Visitor};

/// What the recogniser hears next; `None` is a failure.
pub type Script = Arc<Mutex<VecDeque<Option<String>>>>;

/// A site whose calls are answered by the server's own voice, over stages that this test plays.
pub struct Studio {
    pub exchange: Exchange,
    pub hears: Script,
    pub spoken: Arc<Mutex<Vec<Value>>>,
}

async fn transcribe(State(hears): State<Script>, body: Bytes) -> Result<String, StatusCode> {
    assert!(body.windows(4).any(|four| four == b"WAVE"));
    let next = hears.lock().unwrap().pop_front();
    match next.unwrap_or_else(|| Some(String::new())) {
        Some(text) => Ok(json!({ "text": text }).to_string()),
        None => Err(StatusCode::SERVICE_UNAVAILABLE),
    }
}

/// 60 ms of a voice for every character.
async fn speak(State(spoken): State<Arc<Mutex<Vec<Value>>>>, body: Bytes) -> Vec<u8> {
    let request: Value = serde_json::from_slice(&body).unwrap();
    let count = request["input"].as_str().unwrap().len();
    spoken.lock().unwrap().push(request);
    let mut sound = Vec::new();
    audio::write_samples(&synthetic_voice(60 * count, 180.0, 7), &mut sound);
    sound
}

impl Studio {
    pub async fn open(database: Database, options: Options) -> Self {
        let (hears, spoken) = (Script::default(), Arc::<Mutex<Vec<Value>>>::default());
        let listens =
            Router::new().route("/v1/audio/transcriptions", post(transcribe)).with_state(hears.clone());
        let speaks = Router::new().route("/v1/audio/speech", post(speak)).with_state(spoken.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, listens.merge(speaks)).await });
        let options = options.flag("--transcription-url", &url).flag("--speech-url", &url);
        let exchange = Exchange {
            assisted: Assisted::with(database, options).await,
            sim: RealtimeSim::start(Scenario::default()).await,
        };
        exchange.set(json!({ "voice_enabled": true, "voice_greets": false })).await;
        Self { exchange, hears, spoken }
    }

    pub async fn start(database: Database) -> Self {
        Self::open(database, Options::unlimited()).await
    }

    pub async fn call(&self) -> (Visitor, Phone) {
        let (visitor, mut phone) = self.exchange.call().await;
        phone.until_where("state", |state| state["link"] == "ok").await;
        (visitor, phone)
    }

    pub fn will_hear(&self, words: &str) {
        self.hears.lock().unwrap().push_back(Some(words.to_owned()));
    }

    /// What was spoken so far, sentence by sentence.
    pub fn sentences(&self) -> Vec<String> {
        let spoken = self.spoken.lock().unwrap();
        spoken.iter().map(|one| one["input"].as_str().expect("words").to_owned()).collect()
    }

    /// The visitor says something, which is heard as `words`; the assistant will answer with `answer`.
    pub async fn ask(&self, phone: &mut Phone, words: &str, answer: &str) {
        self.will_hear(words);
        self.exchange.assisted.sim.push(Reply::text(answer));
        say(phone, 900).await;
    }
}

/// A voice for so long, and silence in which the turn ends.
pub async fn say(phone: &mut Phone, ms: usize) {
    phone.send(0, &synthetic_voice(ms, 120.0, 3)).await;
    phone.send(0, &vec![0; 24 * 900]).await;
}
