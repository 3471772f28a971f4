//! A native client written from PROTOCOL.md alone.

use std::collections::VecDeque;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use super::within;

/// Something the hub said.
#[derive(Debug, Clone, PartialEq)]
pub enum Received {
    Event { name: String, data: Value },
    Ack { id: i64, data: Result<Value, Value> },
    Closed { code: Option<u16>, reason: String },
}

pub struct Client {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    last_id: i64,
    /// What came while something else was waited for.
    pub seen: VecDeque<Received>,
    pub hello: Value,
}

impl Client {
    /// Opens a socket without saying hello.
    pub async fn open(port: u16, origin: Option<&str>) -> Self {
        Self::try_open(port, origin).await.expect("a WebSocket")
    }

    pub async fn try_open(port: u16, origin: Option<&str>) -> Result<Self, String> {
        let mut request = format!("ws://127.0.0.1:{port}/ws").into_client_request().expect("a request");
        if let Some(origin) = origin {
            request.headers_mut().insert("origin", origin.parse().expect("an origin"));
        }
        let config = WebSocketConfig::default().max_message_size(None).max_frame_size(None);
        let opened =
            within("a WebSocket", tokio_tungstenite::connect_async_with_config(request, Some(config), true))
                .await;
        let (socket, _) = opened.map_err(|error| error.to_string())?;
        Ok(Self { socket, last_id: 0, seen: VecDeque::new(), hello: Value::Null })
    }

    /// Opens a socket and says hello.
    pub async fn connect(port: u16, token: &str) -> Self {
        let mut client = Self::open(port, None).await;
        client.hello =
            client.call("hello", json!({ "token": token, "client": "test/1" })).await.expect("a hello");
        client
    }

    /// Sends an event without asking for an ack.
    pub async fn tell(&mut self, event: &str, data: Value) {
        self.send_text(json!({ "event": event, "data": data }).to_string()).await;
    }

    /// Sends an event and gives the id under which its ack will come.
    pub async fn post(&mut self, event: &str, data: Value) -> i64 {
        self.last_id += 1;
        self.send_text(json!({ "event": event, "id": self.last_id, "data": data }).to_string()).await;
        self.last_id
    }

    /// Sends an event and waits for its ack; everything else that comes meanwhile is kept in `seen`.
    pub async fn call(&mut self, event: &str, data: Value) -> Result<Value, Value> {
        let id = self.post(event, data).await;
        self.ack(id).await
    }

    pub async fn ack(&mut self, wanted: i64) -> Result<Value, Value> {
        let found = self.seen.iter().position(|one| matches!(one, Received::Ack { id, .. } if *id == wanted));
        if let Some(Received::Ack { data, .. }) = found.and_then(|at| self.seen.remove(at)) {
            return data;
        }
        loop {
            match self.receive().await {
                Received::Ack { id, data } if id == wanted => return data,
                closed @ Received::Closed { .. } => panic!("closed while an ack was waited for: {closed:?}"),
                other => self.seen.push_back(other),
            }
        }
    }

    /// Waits for an event of a name; other things that come meanwhile are kept in `seen`.
    pub async fn event(&mut self, wanted: &str) -> Value {
        let found =
            self.seen.iter().position(|one| matches!(one, Received::Event { name, .. } if name == wanted));
        if let Some(Received::Event { data, .. }) = found.and_then(|at| self.seen.remove(at)) {
            return data;
        }
        loop {
            match self.receive().await {
                Received::Event { name, data } if name == wanted => return data,
                closed @ Received::Closed { .. } => {
                    panic!("closed while {wanted} was waited for: {closed:?}")
                }
                other => self.seen.push_back(other),
            }
        }
    }

    /// Reads on until the close; events and acks before it are kept in `seen`.
    pub async fn closed(&mut self) -> (Option<u16>, String) {
        loop {
            match self.receive().await {
                Received::Closed { code, reason } => return (code, reason),
                other => self.seen.push_back(other),
            }
        }
    }

    /// The next thing, in the order in which it came: first what was kept, then what comes.
    pub async fn next(&mut self) -> Received {
        match self.seen.pop_front() {
            Some(kept) => kept,
            None => self.receive().await,
        }
    }

    /// Whether an event came that nobody waited for.
    pub fn has_kept(&self, wanted: &str) -> bool {
        self.seen.iter().any(|one| matches!(one, Received::Event { name, .. } if name == wanted))
    }

    /// The next thing that the hub says.
    pub async fn receive(&mut self) -> Received {
        loop {
            let message = match within("something from the hub", self.socket.next()).await {
                Some(Ok(message)) => message,
                Some(Err(_)) | None => return Received::Closed { code: None, reason: String::new() },
            };
            match message {
                Message::Text(text) => return parse(&text),
                Message::Close(frame) => {
                    let code = frame.as_ref().map(|frame| u16::from(frame.code));
                    let reason = frame.map(|frame| frame.reason.to_string()).unwrap_or_default();
                    return Received::Closed { code, reason };
                }
                Message::Binary(_) => panic!("the hub sends no binary frames"),
                Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => {}
            }
        }
    }

    pub async fn send_text(&mut self, text: String) {
        self.send_message(Message::text(text)).await;
    }

    pub async fn send_message(&mut self, message: Message) {
        // A closed connection shows when it is read from.
        let _closed = self.socket.send(message).await;
    }

    /// Queues a frame without flushing, so that many go out in one write.
    pub async fn feed_text(&mut self, text: String) {
        self.socket.feed(Message::text(text)).await.expect("an open socket");
    }

    pub async fn flush(&mut self) {
        self.socket.flush().await.expect("an open socket");
    }

    pub async fn join(&mut self, session_id: &str) -> Value {
        self.call("join:session", json!({ "session_id": session_id })).await.expect("a join");
        self.event("session:history").await
    }

    pub async fn say(&mut self, session_id: &str, content: &str) -> Value {
        let data = json!({ "session_id": session_id, "content": content });
        self.call("message:send", data).await.expect("a sent message")
    }
}

fn parse(text: &str) -> Received {
    let value: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    if let Some(id) = value["ack"].as_i64() {
        let data =
            if value["error"].is_object() { Err(value["error"].clone()) } else { Ok(value["data"].clone()) };
        return Received::Ack { id, data };
    }
    let name = value["event"].as_str().unwrap_or_else(|| panic!("neither event nor ack: {text}")).to_owned();
    Received::Event { name, data: value["data"].clone() }
}
