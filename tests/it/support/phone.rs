//! A side of a call, as a browser is one: sends a microphone, plays what it gets, and says what it played.

use std::collections::VecDeque;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use switchboard_sim::realtime::{RealtimeSim, Scenario};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use super::receiver::Receiver;
use super::site::text;
use super::{Agent, Assisted, Client, Database, Options, Visitor, within};

/// Samples in 20 ms at 24 kHz.
pub const FRAME: usize = 480;

/// The key of the provider of voices.
pub const VOICE_KEY: &str = "sk-voice-canary-Zx81QpLm27TyWq93";

/// A frame that came.
#[derive(Debug, Clone, PartialEq)]
pub struct Sound {
    pub kind: u8,
    pub flags: u8,
    pub track: u8,
    pub seq: u32,
    pub time: u32,
    pub item: u16,
    pub generation: u16,
    pub samples: Vec<i16>,
}

/// Something that came.
#[derive(Debug, Clone, PartialEq)]
pub enum Came {
    Control { event: String, n: u64, data: Value },
    Sound(Sound),
    Closed(Option<u16>),
}

pub struct Phone {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub ready: Value,
    pub last_n: u64,
    /// Every text that came, and every payload that could be one.
    pub received: String,
    seq: u32,
    time: u32,
    /// Control events that were read while others were waited for.
    waiting: VecDeque<Came>,
    /// The number of the event that was waited for last.
    found_n: u64,
    /// Everything that was to be played, in order.
    pub sounds: Vec<Sound>,
    /// Whether everything counts as played the moment it comes.
    pub plays_at_once: bool,
    generation: u16,
}

/// A site that takes calls, answered by the simulator.
pub struct Exchange {
    pub assisted: Assisted,
    pub sim: RealtimeSim,
}

impl Exchange {
    pub async fn start(database: Database, scenario: Scenario) -> Self {
        Self::with(database, scenario, Options::unlimited()).await
    }

    pub async fn with(database: Database, scenario: Scenario, options: Options) -> Self {
        let sim = RealtimeSim::start(scenario).await;
        let assisted = Assisted::with(database, options).await;
        assisted.remove_providers().await;
        let exchange = Self { assisted, sim };
        exchange.add_voice(&exchange.sim.v1_url()).await;
        exchange.assisted.set(json!({ "voice_enabled": true, "voice_greets": false })).await;
        exchange
    }

    /// A site whose calls are answered by a full-duplex voice, and whose assistant is the scripted chat provider.
    pub async fn live(database: Database, scenario: Scenario) -> Self {
        let sim = RealtimeSim::start(scenario).await;
        let assisted = Assisted::with(database, Options::unlimited()).await;
        let exchange = Self { assisted, sim };
        exchange.add_voice_model(&exchange.sim.v1_url(), "gpt-live-1").await;
        exchange.assisted.set(json!({ "voice_enabled": true, "voice_greets": false })).await;
        exchange
    }

    /// Adds a provider of voices behind those that are there.
    pub async fn add_voice(&self, base_url: &str) -> String {
        self.add_voice_model(base_url, "gpt-realtime-2.1").await
    }

    async fn add_voice_model(&self, base_url: &str, model: &str) -> String {
        let fields = json!({ "kind": "compatible", "name": "voice", "base_url": base_url, "model": "scripted",
            "voice_model": model, "key": VOICE_KEY });
        let site = &self.assisted.site;
        let made = site.post(Some(&self.assisted.owner.token), "/api/v1/providers", &fields).await;
        assert_eq!(made.status, 201, "{made:?}");
        text(&made.body["provider"], "id")
    }

    /// Switches a webhook tool on at this address.
    pub async fn enable_tool(&self, name: &str, url: &str) {
        let change = json!({ "enabled": true, "url": url, "secret": "a-secret-of-the-shop-0123456789" });
        let path = format!("/api/v1/tools/{name}");
        let changed = self.assisted.site.patch(Some(&self.assisted.owner.token), &path, &change).await;
        assert_eq!(changed.status, 200, "{changed:?}");
    }

    /// A call whose assistant has asked for an order, which `receiver` has still to answer.
    pub async fn asking_for_an_order(&self, receiver: &Receiver) -> Phone {
        self.enable_tool("get_order_status", &receiver.url()).await;
        let (_visitor, mut phone) = self.call().await;
        phone.until_where("state", |state| state["link"] == "ok").await;
        phone.speak(600).await;
        phone.until_where("tool", |tool| tool["stage"] == "running").await;
        phone
    }

    pub async fn set(&self, settings: Value) {
        self.assisted.set(settings).await;
    }

    /// A visitor in a call.
    pub async fn call(&self) -> (Visitor, Phone) {
        let visitor = self.assisted.site.visitor().await;
        let phone = self.call_of(&visitor).await;
        (visitor, phone)
    }

    pub async fn call_of(&self, visitor: &Visitor) -> Phone {
        let body = json!({ "session_id": visitor.session_id() });
        let begun = self.assisted.site.post(Some(&visitor.token), "/api/v1/widget/calls", &body).await;
        assert_eq!(begun.status, 201, "{begun:?}");
        Phone::connect(self.assisted.site.server.port, json!({ "ticket": begun.body["ticket"] })).await
    }

    /// An agent in a call: `listen` or `take`.
    pub async fn join(&self, agent: &Agent, call_id: &str, mode: &str) -> Phone {
        let path = format!("/api/v1/calls/{call_id}/legs");
        let ticket = self.assisted.site.post(Some(&agent.token), &path, &json!({ "mode": mode })).await;
        assert_eq!(ticket.status, 201, "{ticket:?}");
        Phone::connect(self.assisted.site.server.port, json!({ "ticket": ticket.body["ticket"] })).await
    }

    /// An agent who watches the conversation in text.
    pub async fn watching(&self, visitor: &Visitor) -> Client {
        self.assisted.watching(visitor).await
    }

    /// The visitor's log.
    pub async fn log(&self, visitor: &Visitor) -> Vec<Value> {
        let path = format!("/api/v1/conversations/{}/entries?limit=200", visitor.session_id());
        let answer = self.assisted.site.get(Some(&self.assisted.owner.token), &path).await;
        answer.body["entries"].as_array().expect("entries").clone()
    }

    /// The visitor's log, once an entry of it fits.
    pub async fn log_until(&self, visitor: &Visitor, fits: impl Fn(&Value) -> bool) -> Vec<Value> {
        self.log_once(visitor, |log| log.iter().any(&fits)).await
    }

    /// The visitor's log, once it fits.
    pub async fn log_once(&self, visitor: &Visitor, fits: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        let fitting = async {
            let mut watcher = self.watching(visitor).await;
            loop {
                let log = self.log(visitor).await;
                if fits(&log) {
                    return log;
                }
                watcher.next().await;
            }
        };
        within("the entries", fitting).await
    }

    /// The visitor's log, once their call is over: what is stored of the call was stored before.
    pub async fn log_of_ended_call(&self, visitor: &Visitor) -> Vec<Value> {
        self.log_until(visitor, |entry| entry["event"] == "call_ended").await
    }

    /// The call as agents see it.
    pub async fn view(&self, call_id: &str) -> Value {
        let path = format!("/api/v1/calls/{call_id}");
        let answer = self.assisted.site.get(Some(&self.assisted.owner.token), &path).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body["call"].clone()
    }
}

impl Phone {
    /// Connects and says hello.
    pub async fn connect(port: u16, hello: Value) -> Self {
        match Self::attempt(port, hello).await {
            Ok(phone) => phone,
            Err(came) => panic!("not let in: {came:?}"),
        }
    }

    /// Connects, and gives what came instead of `ready` where it is not let in.
    pub async fn attempt(port: u16, mut hello: Value) -> Result<Self, Vec<Came>> {
        let mut request = format!("ws://127.0.0.1:{port}/ws/voice").into_client_request().expect("a request");
        let protocol = "switchboard.voice.v1".parse().expect("a header");
        request.headers_mut().insert("sec-websocket-protocol", protocol);
        let (socket, answer) =
            within("the upgrade", tokio_tungstenite::connect_async(request)).await.expect("a WebSocket");
        assert_eq!(answer.headers()["sec-websocket-protocol"], "switchboard.voice.v1");
        let mut phone = Self {
            socket,
            ready: Value::Null,
            last_n: 0,
            received: String::new(),
            seq: 0,
            time: 0,
            waiting: VecDeque::new(),
            found_n: 0,
            sounds: Vec::new(),
            plays_at_once: true,
            generation: 0,
        };
        hello["rate"] = json!(24_000);
        hello["codecs"] = json!([0, 3]);
        phone.say("hello", &hello).await;
        let mut before = Vec::new();
        loop {
            match phone.next().await {
                Came::Control { event, data, .. } if event == "ready" => {
                    phone.ready = data;
                    return Ok(phone);
                }
                closed @ Came::Closed(_) => {
                    before.push(closed);
                    return Err(before);
                }
                other => before.push(other),
            }
        }
    }

    pub fn call_id(&self) -> &str {
        self.ready["call_id"].as_str().expect("a call")
    }

    pub fn resume_token(&self) -> &str {
        self.ready["resume_token"].as_str().expect("a token")
    }

    pub async fn say(&mut self, event: &str, data: &Value) {
        let text = json!({ "event": event, "data": data }).to_string();
        self.socket.send(Message::text(text)).await.expect("the socket stands");
    }

    pub async fn send_raw(&mut self, bytes: Vec<u8>) {
        self.socket.send(Message::binary(bytes)).await.expect("the socket stands");
    }

    /// Sends a microphone's samples in frames of 20 ms, as fast as they go.
    pub async fn send(&mut self, track: u8, samples: &[i16]) {
        for frame in samples.chunks(FRAME) {
            let mut bytes = vec![1, 0, 0, track];
            bytes.extend_from_slice(&self.seq.to_le_bytes());
            bytes.extend_from_slice(&self.time.to_le_bytes());
            bytes.extend_from_slice(&[0; 4]);
            frame.iter().for_each(|sample| bytes.extend_from_slice(&sample.to_le_bytes()));
            self.seq = self.seq.wrapping_add(1);
            self.time = self.time.wrapping_add(480);
            self.send_raw(bytes).await;
        }
    }

    /// Speaks for so long, and then is silent long enough for the turn to end.
    pub async fn speak(&mut self, ms: usize) {
        self.send(0, &speech(ms)).await;
        self.send(0, &vec![0; 24 * 800]).await;
    }

    pub async fn played(&mut self, item: u16, samples: usize) {
        let data = json!({ "generation": self.generation, "item": item, "samples": samples, "buffered_ms": 0, "underruns": 0 });
        self.say("played", &data).await;
    }

    /// The next thing that comes.
    pub async fn next(&mut self) -> Came {
        if let Some(came) = self.waiting.pop_front() {
            return came;
        }
        self.read().await
    }

    async fn read(&mut self) -> Came {
        loop {
            let message = within("something from the hub", self.socket.next()).await;
            let came = match message {
                Some(Ok(Message::Text(text))) => {
                    self.received.push_str(&text);
                    let frame: Value = serde_json::from_str(&text).expect("JSON");
                    let event = text_of(&frame, "event");
                    let n = frame["n"].as_u64().expect("a number");
                    self.last_n = self.last_n.max(n);
                    if event == "ping" {
                        self.say("pong", &frame["data"].clone()).await;
                        continue;
                    }
                    if event == "clear" {
                        self.generation =
                            u16::try_from(frame["data"]["generation"].as_u64().expect("one")).expect("small");
                    }
                    Came::Control { event, n, data: frame["data"].clone() }
                }
                Some(Ok(Message::Binary(bytes))) => {
                    self.received.push_str(&String::from_utf8_lossy(&bytes));
                    let sound = read_sound(&bytes);
                    self.take(&sound).await;
                    Came::Sound(sound)
                }
                Some(Ok(Message::Close(frame))) => Came::Closed(frame.map(|frame| frame.code.into())),
                Some(Ok(_)) => continue,
                Some(Err(_)) | None => Came::Closed(None),
            };
            return came;
        }
    }

    /// Plays a frame: everything of its item so far counts as heard, where it is played at once.
    async fn take(&mut self, sound: &Sound) {
        if sound.kind != 2 {
            self.sounds.push(sound.clone());
            return;
        }
        self.sounds.push(sound.clone());
        if self.plays_at_once && sound.item != 0 && sound.generation == self.generation {
            let samples = self.heard_samples(sound.item);
            self.played(sound.item, samples).await;
        }
    }

    /// Samples of an item that have come.
    pub fn heard_samples(&self, item: u16) -> usize {
        self.sounds.iter().filter(|one| one.kind == 2 && one.item == item).map(|one| one.samples.len()).sum()
    }

    /// Reads until this control event comes, and gives its data. What else comes is kept for later, but for sound.
    pub async fn until(&mut self, event: &str) -> Value {
        self.until_where(event, |_| true).await
    }

    /// The same, until one fits. A state that was true before that one is not found later.
    pub async fn until_where(&mut self, event: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let found = within(event, self.read_until(event, fits)).await;
        if event == "state" {
            let came_before = |came: &Came| matches!(came, Came::Control { event, n, .. } if event == "state" && *n < self.found_n);
            self.waiting.retain(|came| !came_before(came));
        }
        found
    }

    async fn read_until(&mut self, event: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let is_it = |came: &Came| matches!(came, Came::Control { event: name, data, .. } if name == event && fits(data));
        if let Some(place) = self.waiting.iter().position(is_it)
            && let Some(Came::Control { data, n, .. }) = self.waiting.remove(place)
        {
            self.found_n = n;
            return data;
        }
        loop {
            match self.read().await {
                came if is_it(&came) => match came {
                    Came::Control { data, n, .. } => {
                        self.found_n = n;
                        return data;
                    }
                    Came::Sound(_) | Came::Closed(_) => unreachable!("it is control"),
                },
                Came::Closed(code) => panic!("closed {code:?} while waiting for {event}"),
                Came::Sound(_) => {}
                control => self.waiting.push_back(control),
            }
        }
    }

    /// Reads until the socket is closed, and gives the code.
    pub async fn until_closed(&mut self) -> Option<u16> {
        let closed = async {
            loop {
                if let Came::Closed(code) = self.next().await {
                    return code;
                }
            }
        };
        within("the end of the socket", closed).await
    }

    /// Reads until so many frames of a track have come, and gives their samples.
    pub async fn listen(&mut self, kind: u8, track: u8, frames: usize) -> Vec<i16> {
        within("sound", self.hear(kind, track, frames)).await
    }

    async fn hear(&mut self, kind: u8, track: u8, frames: usize) -> Vec<i16> {
        let is_it = |sound: &Sound| sound.kind == kind && sound.track == track;
        while self.sounds.iter().filter(|sound| is_it(sound)).count() < frames {
            match self.read().await {
                Came::Sound(_) => {}
                Came::Closed(code) => panic!("closed {code:?} while listening"),
                control => self.waiting.push_back(control),
            }
        }
        self.sounds.iter().filter(|sound| is_it(sound)).flat_map(|sound| sound.samples.clone()).collect()
    }

    /// Reads what has come by now, and waits for nothing more.
    pub async fn read_what_is_there(&mut self) {
        while let Ok(came) = tokio::time::timeout(std::time::Duration::from_millis(1), self.read()).await {
            match came {
                Came::Sound(_) => {}
                other => self.waiting.push_back(other),
            }
        }
    }

    /// Cuts the connection without a word.
    pub fn cut(self) {
        drop(self);
    }
}

fn read_sound(bytes: &[u8]) -> Sound {
    let u16_at = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
    let u32_at = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    assert_eq!(bytes[1], 0, "the hub sends PCM16 at 24 kHz");
    Sound {
        kind: bytes[0],
        flags: bytes[2],
        track: bytes[3],
        seq: u32_at(4),
        time: u32_at(8),
        item: u16_at(12),
        generation: u16_at(14),
        samples: bytes[16..].chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect(),
    }
}

fn text_of(value: &Value, field: &str) -> String {
    value[field].as_str().expect("text").to_owned()
}

/// Loud sound of so many milliseconds that differs at every sample: what arrives can be told sample for sample.
pub fn speech(ms: usize) -> Vec<i16> {
    (0..ms * 24)
        .map(|at| i16::try_from((at * 7_919 + at * at * 13) % 24_000).expect("small") - 12_000)
        .collect()
}

/// Whether a transcript is somebody's last word on an utterance of theirs.
pub fn is_final(role: &'static str) -> impl Fn(&Value) -> bool {
    move |one| one["role"] == role && one["final"] == true && one["text"] != ""
}

/// What was to be played of the assistant.
pub fn playback(sounds: &[Sound]) -> Vec<&Sound> {
    sounds.iter().filter(|one| one.kind == 2 && one.track == 1).collect()
}

/// What was said, of a log: who, and the words.
pub fn spoken(log: &[Value]) -> Vec<(String, String)> {
    let field = |entry: &Value, name: &str| entry[name].as_str().unwrap_or_default().to_owned();
    let said = log.iter().filter(|entry| entry["metadata"]["voice"] == true);
    said.map(|entry| (field(entry, "role"), field(entry, "content"))).collect()
}

/// Who, and the words, as [`spoken`] has them.
pub fn pair(role: &str, words: &str) -> (String, String) {
    (role.to_owned(), words.to_owned())
}
