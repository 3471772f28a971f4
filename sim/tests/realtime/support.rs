//! A plain client, and what it takes to follow a ladder of events.

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use std::time::Duration;
use switchboard_sim::realtime::{RealtimeSim, Scenario};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::structure::check_structure;

/// Nothing on loopback takes this long.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// Events that may come at any time and are left out of ladders.
const ANY_TIME: [&str; 2] = [
    "conversation.item.input_audio_transcription.delta",
    "conversation.item.input_audio_transcription.completed",
];

/// A client that remembers what it was sent.
pub struct Client {
    pub socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub events: Vec<Value>,
    is_checked: bool,
}

impl Client {
    /// Connects and takes the greeting in.
    pub async fn connect(sim: &RealtimeSim) -> Self {
        let mut client = Self::connect_raw(sim, &[]).await.unwrap();
        assert_eq!(client.next().await["type"], "session.created");
        client
    }

    /// Connects with these headers.
    pub async fn connect_raw(sim: &RealtimeSim, headers: &[(&'static str, &str)]) -> Result<Self, Error> {
        Self::connect_with(sim, "model=gpt-realtime-2.1", headers).await
    }

    /// Connects with this query and these headers.
    pub async fn connect_with(
        sim: &RealtimeSim,
        query: &str,
        headers: &[(&'static str, &str)],
    ) -> Result<Self, Error> {
        let url = format!("ws://{}/v1/realtime?{query}", sim.address());
        let mut request = url.into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        let connected = tokio::time::timeout(PATIENCE, connect_async(request)).await.unwrap();
        connected.map(|(socket, _)| Self { socket, events: Vec::new(), is_checked: true })
    }

    /// Connects and configures with these changes to what every test wants.
    pub async fn configured(sim: &RealtimeSim, audio: Value) -> Self {
        let mut client = Self::connect(sim).await;
        client
            .send(json!({ "type": "session.update", "session": { "type": "realtime", "audio": audio } }))
            .await;
        client.until("session.updated").await;
        client
    }

    /// Takes events as they are: old dialects and faults have another structure.
    pub fn unchecked(mut self) -> Self {
        self.is_checked = false;
        self
    }

    pub async fn send(&mut self, event: Value) {
        self.socket.send(Message::text(event.to_string())).await.unwrap();
    }

    /// The next event, or why there is none.
    pub async fn read(&mut self) -> Result<Value, String> {
        loop {
            let message = tokio::time::timeout(PATIENCE, self.socket.next()).await;
            match message.map_err(|_| "nothing came")? {
                Some(Ok(Message::Text(text))) => {
                    let event: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
                    if self.is_checked {
                        check_structure(&event);
                    }
                    self.events.push(event.clone());
                    return Ok(event);
                }
                Some(Ok(Message::Close(frame))) => {
                    let frame = frame.map(|frame| (u16::from(frame.code), frame.reason.to_string()));
                    // Asked for more, the library answers the close.
                    let _ended = tokio::time::timeout(PATIENCE, self.socket.next()).await;
                    return Err(format!("closed {frame:?}"));
                }
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error.to_string()),
                None => return Err("ended".to_owned()),
            }
        }
    }

    pub async fn next(&mut self) -> Value {
        let seen: Vec<String> = self.events.iter().map(kind).collect();
        self.read().await.unwrap_or_else(|error| panic!("{error} after {seen:?}"))
    }

    /// Everything up to the first event of this type, which is the last of them.
    pub async fn until(&mut self, wanted: &str) -> Vec<Value> {
        let mut events = Vec::new();
        loop {
            let event = self.next().await;
            let is_wanted = event["type"] == wanted;
            events.push(event);
            if is_wanted {
                return events;
            }
        }
    }

    /// Appends sound in pieces of 20 ms.
    pub async fn append(&mut self, samples: &[i16]) {
        for piece in samples.chunks(480) {
            self.append_piece(piece).await;
        }
    }

    /// Appends sound in one event.
    pub async fn append_piece(&mut self, samples: &[i16]) {
        let audio = base64(samples);
        self.send(json!({ "type": "input_audio_buffer.append", "audio": audio })).await;
    }

    /// Says something and falls silent, so that detection closes the turn.
    pub async fn speak(&mut self, ms: usize) {
        self.append(&loud(ms)).await;
        self.append(&[0; 24 * 600]).await;
    }

    /// Asks for a response and waits for its end.
    pub async fn respond(&mut self) -> Vec<Value> {
        self.send(json!({ "type": "response.create" })).await;
        self.until("response.done").await
    }
}

pub async fn start(scenario: Scenario) -> RealtimeSim {
    RealtimeSim::start(scenario).await
}

/// Manual turns: nothing happens by itself.
pub fn manual() -> Value {
    json!({ "input": { "turn_detection": null } })
}

pub fn kind(event: &Value) -> String {
    event["type"].as_str().unwrap_or_default().to_owned()
}

/// The types of a ladder: repeated deltas once, transcripts of the user left out.
pub fn ladder(events: &[Value]) -> Vec<String> {
    let mut kinds: Vec<String> = Vec::new();
    for kind in events.iter().map(kind).filter(|kind| !ANY_TIME.contains(&kind.as_str())) {
        let kind = if kind == "response.output_audio_transcript.delta" {
            "response.output_audio.delta".to_owned()
        } else {
            kind
        };
        if kinds.last() != Some(&kind) {
            kinds.push(kind);
        }
    }
    kinds
}

/// A tone that detection hears as speech.
pub fn loud(ms: usize) -> Vec<i16> {
    (0..ms * 24).map(|n| if n / 40 % 2 == 0 { 6_000 } else { -6_000 }).collect()
}

pub fn base64(samples: &[i16]) -> String {
    let mut bytes = Vec::new();
    audio::write_samples(samples, &mut bytes);
    let mut text = String::new();
    audio::encode_base64(&bytes, &mut text);
    text
}

/// The sound in these deltas, put together.
pub fn sound(events: &[Value]) -> Vec<i16> {
    let mut samples = Vec::new();
    for event in events.iter().filter(|event| event["type"] == "response.output_audio.delta") {
        let bytes = audio::decode_base64(event["delta"].as_str().unwrap()).unwrap();
        audio::read_samples(&bytes, &mut samples).unwrap();
    }
    samples
}

/// The first event of this type.
pub fn find<'a>(events: &'a [Value], wanted: &str) -> &'a Value {
    events.iter().find(|event| event["type"] == wanted).unwrap_or_else(|| panic!("no {wanted}"))
}
