//! A minimal native client.

use std::net::Ipv4Addr;

use anyhow::{Context, bail};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use crate::http;

pub(crate) struct Client {
    socket: WebSocketStream<TcpStream>,
    last_id: i64,
}

/// Something that came.
pub(crate) enum Heard {
    Event(String, Value),
    Ack(i64, Result<Value, Value>),
}

impl Client {
    /// Connects and says hello.
    pub(crate) async fn connect(port: u16, token: &str) -> anyhow::Result<Self> {
        Self::connect_from(Ipv4Addr::UNSPECIFIED, port, token).await
    }

    /// The same, from an address of the loopback network.
    pub(crate) async fn connect_from(address: Ipv4Addr, port: u16, token: &str) -> anyhow::Result<Self> {
        let stream = http::connect_from(address, port).await.context("could not connect")?;
        stream.set_nodelay(true)?;
        let config = WebSocketConfig::default()
            .read_buffer_size(4_096)
            .write_buffer_size(4_096)
            .max_write_buffer_size(1 << 20);
        let url = format!("ws://127.0.0.1:{port}/ws");
        let (socket, _) =
            client_async_with_config(url, stream, Some(config)).await.context("no WebSocket")?;
        let mut client = Self { socket, last_id: 0 };
        client.call("hello", &json!({ "token": token, "client": "load/1" })).await?;
        Ok(client)
    }

    pub(crate) async fn post(&mut self, event: &str, data: &Value) -> anyhow::Result<i64> {
        self.last_id += 1;
        let text = json!({ "event": event, "id": self.last_id, "data": data }).to_string();
        self.socket.send(Message::text(text)).await?;
        Ok(self.last_id)
    }

    /// Sends an event and waits for its ack; what comes meanwhile is left out.
    pub(crate) async fn call(&mut self, event: &str, data: &Value) -> anyhow::Result<Value> {
        let id = self.post(event, data).await?;
        loop {
            if let Heard::Ack(ack, answer) = self.hear().await?
                && ack == id
            {
                return answer.map_err(|error| anyhow::anyhow!("{event}: {error}"));
            }
        }
    }

    pub(crate) async fn hear(&mut self) -> anyhow::Result<Heard> {
        loop {
            let Some(message) = self.socket.next().await else { bail!("the server closed") };
            let text = match message? {
                Message::Text(text) => text,
                Message::Close(frame) => bail!("the server closed: {frame:?}"),
                Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => continue,
            };
            let mut value: Value = serde_json::from_str(&text)?;
            if let Some(id) = value["ack"].as_i64() {
                let answer = if value["error"].is_object() {
                    Err(value["error"].take())
                } else {
                    Ok(value["data"].take())
                };
                return Ok(Heard::Ack(id, answer));
            }
            let name = value["event"].as_str().unwrap_or_default().to_owned();
            return Ok(Heard::Event(name, value["data"].take()));
        }
    }
}
