//! Events from a WebSocket.

use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::SplitStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::frames::{parse_envelope, with_escaped_nuls};
use crate::config::Settings;
use crate::handshake::UpgradedStream;
use crate::hub::{Incoming, Source};
use crate::wire::{CloseCode, ErrorCode, WireError};

/// Silence after which a client is taken for dead, in heartbeats: it answers each one's ping.
const SILENT_HEARTBEATS: u32 = 3;

/// The reading half of a connection.
pub(super) struct Reader {
    stream: SplitStream<WebSocketStream<UpgradedStream>>,
    frame_max_bytes: usize,
    silence_max: Duration,
}

impl Reader {
    pub(super) fn new(stream: SplitStream<WebSocketStream<UpgradedStream>>, settings: &Settings) -> Self {
        let silence_max = Duration::from_millis(settings.heartbeat_ms) * SILENT_HEARTBEATS;
        Self { stream, frame_max_bytes: settings.frame_max_bytes, silence_max }
    }

    /// The next text; `None` when the transport has ended.
    pub(super) async fn next_text(&mut self) -> Option<Result<String, CloseCode>> {
        loop {
            let message = match tokio::time::timeout(self.silence_max, self.stream.next()).await {
                Err(_) => return Some(Err(CloseCode::HeartbeatMissed)),
                Ok(None) => return None,
                Ok(Some(Ok(message))) => message,
                Ok(Some(Err(error))) => return close_code(&error).map(Err),
            };
            match message {
                Message::Text(text) if text.len() > self.frame_max_bytes => {
                    return Some(Err(CloseCode::FrameTooLarge));
                }
                Message::Text(text) => return Some(Ok(text.as_str().to_owned())),
                Message::Binary(_) => return Some(Err(CloseCode::BadFrame)),
                // Answered by the library; a close is finished by reading on until the stream ends.
                Message::Ping(_) | Message::Pong(_) | Message::Close(_) | Message::Frame(_) => {}
            }
        }
    }

    /// Reads on until the stream ends, so that the close is a clean one for the other side.
    pub(super) async fn finish(mut self, within: Duration) {
        // A client that does not finish in time is cut.
        let _late =
            tokio::time::timeout(within, async { while let Some(Ok(_)) = self.stream.next().await {} }).await;
    }
}

impl Source for Reader {
    async fn next(&mut self) -> Option<Incoming> {
        Some(match self.next_text().await? {
            Ok(text) => incoming(&text),
            Err(code) => Incoming::Fatal(code),
        })
    }
}

fn incoming(text: &str) -> Incoming {
    let Some(envelope) = parse_envelope(text) else {
        return match with_escaped_nuls(text) {
            Some(escaped) if parse_envelope(&escaped).is_some() => incoming(&escaped),
            _ => Incoming::Fatal(CloseCode::BadFrame),
        };
    };
    let (name, ack) = (envelope.event.into_owned(), envelope.id);
    if name == "hello" {
        let error = WireError::new(ErrorCode::Conflict, "this connection has said hello already");
        return Incoming::Refused { name, ack, error };
    }
    Incoming::Event { name, data: envelope.data.map(|data| data.get().to_owned()), ack }
}

/// What to say about a transport error; `None` when there is nobody left to say it to.
fn close_code(error: &Error) -> Option<CloseCode> {
    match error {
        Error::Utf8(_) => Some(CloseCode::InvalidUtf8),
        Error::Capacity(_) => Some(CloseCode::FrameTooLarge),
        Error::Protocol(
            tokio_tungstenite::tungstenite::error::ProtocolError::ResetWithoutClosingHandshake,
        ) => None,
        Error::Protocol(_) => Some(CloseCode::ProtocolError),
        _ => None,
    }
}
