//! Moves a connection's outbox into the library's buffer, no faster than the client takes it.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde_json::value::RawValue;
use socketioxide::extract::AckSender;
use socketioxide::handler::FromMessageParts;
use socketioxide::socket::Socket;
use socketioxide::{SendError, SocketError};
use socketioxide_core::Value;

use super::pipe::Pipe;
use crate::hub::{AckBody, Closing, Connection, Outgoing};
use crate::wire::{Frame, WireError, event};

/// Bytes in the library's buffer at which the pump pauses.
const UNSENT_MAX_BYTES: u64 = 64 * 1_024;
/// Maximum bytes moved from the outbox per turn.
const TURN_MAX_BYTES: usize = 16 * 1_024;
/// Timeout for the last packets before an abort, and for a client's CONNECT to a namespace.
const CLOSE_GRACE: Duration = Duration::from_secs(1);
/// Retry interval for a full buffer without a wake-up.
const RETRY_AFTER: Duration = Duration::from_millis(20);

#[derive(Serialize)]
struct Ack<'a> {
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a WireError>,
}

/// Empties one connection's outbox.
pub(super) struct Pump {
    pub(super) socket: Arc<Socket>,
    pub(super) connection: Arc<Connection>,
    pub(super) pipe: Arc<Pipe>,
}

impl Pump {
    /// Runs until the connection ends; then its transport has ended too.
    pub(super) async fn run(self) {
        let outbox = &self.connection.outbox;
        let mut batch = Vec::new();
        loop {
            if let Err(closing) = outbox.take(&mut batch, TURN_MAX_BYTES).await {
                self.close(closing).await;
                break;
            }
            let sent = tokio::select! {
                sent = self.send_all(&mut batch) => sent,
                () = outbox.ends_at_once() => {
                    self.close(outbox.closing()).await;
                    false
                }
            };
            if !sent {
                break;
            }
        }
        outbox.end();
    }

    async fn send_all(&self, batch: &mut Vec<Outgoing>) -> bool {
        for item in batch.drain(..) {
            let sent = match item {
                Outgoing::Event(frame) => self.send(&frame).await,
                Outgoing::Ack { id, body } => self.send_ack(id, &body).await,
            };
            if !sent {
                return false;
            }
        }
        true
    }

    async fn send(&self, frame: &Frame) -> bool {
        let data = frame.data();
        // 2["name",data]
        let byte_count = framed(6 + frame.event().len() + data.get().len());
        self.hand_over(byte_count, || self.socket.emit(frame.event(), data)).await
    }

    async fn send_ack(&self, id: i64, body: &AckBody) -> bool {
        let ack = match body {
            Ok(data) => Ack { ok: true, data: Some(data), error: None },
            Err(error) => Ack { ok: false, data: None, error: Some(error) },
        };
        let Ok(ack) = serde_json::value::to_raw_value(&ack) else { return true };
        // 3id[data]
        let byte_count = framed(3 + id.to_string().len() + ack.get().len());
        self.hand_over(byte_count, || {
            let mut unused = Value::Str(String::new().into(), None);
            match AckSender::from_message_parts(&self.socket, &mut unused, &Some(id)) {
                Ok(sender) => sender.send(&ack),
                Err(infallible) => match infallible {},
            }
        })
        .await
    }

    /// Gives something to the library once the client has taken enough of what was given before; false when
    /// the transport has ended.
    async fn hand_over(&self, byte_count: usize, send: impl Fn() -> Result<(), SendError>) -> bool {
        loop {
            let progress = self.pipe.progress();
            if self.pipe.unsent_bytes() < UNSENT_MAX_BYTES {
                self.pipe.queued(byte_count);
                match send() {
                    Ok(()) => return true,
                    Err(SendError::Socket(SocketError::InternalChannelFull)) => {
                        self.pipe.not_queued(byte_count)
                    }
                    Err(error) => {
                        tracing::debug!(%error, "a Socket.IO packet could not be sent");
                        return false;
                    }
                }
            }
            // Progress wakes this; the timer is for a poll that took some of it unnoticed.
            let _timer = tokio::time::timeout(RETRY_AFTER, progress).await;
            if self.pipe.is_cut() || !self.socket.connected() {
                return false;
            }
        }
    }

    /// Says why, then leaves the namespace where the client should stay away, or cuts the transport where a
    /// stock client should come back by itself.
    async fn close(&self, closing: Option<Closing>) {
        let Some(closing) = closing else {
            return;
        };
        let error = WireError::closing(closing.code, closing.retry_after_ms);
        // Where there is no room it is left unsaid.
        let _full = self.socket.emit(event::ERROR, &error);
        if closing.code.says_reconnect() {
            let _late = tokio::time::timeout(CLOSE_GRACE, self.written()).await;
            self.pipe.cut();
            return;
        }
        // Already disconnected is as good.
        let _gone = self.socket.clone().disconnect();
        tokio::time::sleep(CLOSE_GRACE).await;
        self.pipe.cut();
    }

    /// Waits until the library holds nothing any more.
    async fn written(&self) {
        loop {
            let progress = self.pipe.progress();
            if self.pipe.unsent_bytes() == 0 {
                // The error itself is not counted; one more write, or a moment, carries it.
                let _timer = tokio::time::timeout(RETRY_AFTER, progress).await;
                return;
            }
            progress.await;
        }
    }
}

/// A payload of so many bytes with the prefix of Engine.IO and the header of a WebSocket frame.
fn framed(payload_bytes: usize) -> usize {
    let bytes = payload_bytes + 1;
    let header = match bytes {
        0..=125 => 2,
        126..=65_535 => 4,
        _ => 10,
    };
    bytes + header
}
