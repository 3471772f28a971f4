//! Hands what a connection is sent over to the library, no faster than the client takes it.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use socketioxide::extract::AckSender;
use socketioxide::handler::FromMessageParts;
use socketioxide::socket::Socket;
use socketioxide::{SendError, SocketError};
use socketioxide_core::Value;

use super::pipe::Pipe;
use crate::hub::{AckBody, AckData, Closing, Connection, Flushed, Outbox, Outgoing, Transmit};
use crate::wire::{WireError, event};

/// Bytes in the library's buffer at which the pump pauses.
const UNSENT_MAX_BYTES: u64 = 64 * 1_024;
/// Timeout for the last packets before an abort, and for a client's CONNECT to a namespace.
const CLOSE_GRACE: Duration = Duration::from_secs(1);
/// Retry interval for a full buffer without a wake-up.
const RETRY_AFTER: Duration = Duration::from_millis(20);

#[derive(Serialize)]
struct Ack<'a> {
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a AckData>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a WireError>,
}

/// Sends what a connection's sink could not hand over at once, and closes the connection.
pub(super) struct Pump {
    pub(super) socket: Arc<Socket>,
    pub(super) connection: Arc<Connection>,
    pub(super) pipe: Arc<Pipe>,
}

/// Hands events and acks over to the library, as long as the client takes them.
struct PacketSink {
    socket: Arc<Socket>,
    pipe: Arc<Pipe>,
    /// What the library had no room for.
    unsent: Option<Outgoing>,
}

impl Pump {
    /// Runs until the connection ends; then its transport has ended too.
    pub(super) async fn run(self) {
        let outbox = &self.connection.outbox;
        let sink = PacketSink { socket: self.socket.clone(), pipe: self.pipe.clone(), unsent: None };
        outbox.attach(Box::new(sink));
        while self.send(outbox).await {
            outbox.woken().await;
        }
        outbox.end();
    }

    /// Sends what waits; false when the connection has ended.
    async fn send(&self, outbox: &Outbox) -> bool {
        loop {
            let progress = self.pipe.progress();
            match outbox.flush_or_end() {
                Ok(Flushed::Everything) => return true,
                Ok(Flushed::Blocked) => {
                    tokio::select! {
                        // Progress wakes this; the timer is for a poll that took some of it unnoticed.
                        _timer = tokio::time::timeout(RETRY_AFTER, progress) => {}
                        () = outbox.ends_at_once() => {
                            self.close(outbox.closing()).await;
                            return false;
                        }
                    }
                    if self.pipe.is_cut() || !self.socket.connected() {
                        return false;
                    }
                }
                Ok(Flushed::Ending(closing)) => {
                    self.close(closing).await;
                    return false;
                }
                Err(error) => {
                    tracing::debug!(%error, "a Socket.IO packet could not be sent");
                    return false;
                }
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
        // Dropped when the buffer is full.
        let _full = self.socket.emit(event::ERROR, &error);
        if closing.code.says_reconnect() {
            let _late = tokio::time::timeout(CLOSE_GRACE, self.written()).await;
            self.pipe.cut();
            return;
        }
        // The socket may be disconnected already.
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

impl Transmit for PacketSink {
    fn transmit(&mut self, next: &mut dyn FnMut() -> Option<Outgoing>) -> io::Result<bool> {
        while let Some(item) = self.unsent.take().or_else(&mut *next) {
            if !self.hand_over(&item)? {
                self.unsent = Some(item);
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl PacketSink {
    /// Gives something to the library; false while the client has not taken enough of what was given before.
    fn hand_over(&self, item: &Outgoing) -> io::Result<bool> {
        if self.pipe.unsent_bytes() >= UNSENT_MAX_BYTES {
            return Ok(false);
        }
        match item {
            Outgoing::Event(frame) => {
                let data = frame.data();
                // 2["name",data]
                let byte_count = framed(6 + frame.event().len() + data.get().len());
                self.give(byte_count, || self.socket.emit(frame.event(), data))
            }
            Outgoing::Ack { id, body } => self.give_ack(*id, body),
        }
    }

    fn give_ack(&self, id: i64, body: &AckBody) -> io::Result<bool> {
        let ack = match body {
            Ok(data) => Ack { ok: true, data: Some(data), error: None },
            Err(error) => Ack { ok: false, data: None, error: Some(error) },
        };
        let ack = serde_json::value::to_raw_value(&ack)?;
        // 3id[data]
        let byte_count = framed(3 + id.to_string().len() + ack.get().len());
        self.give(byte_count, || {
            let mut unused = Value::Str(String::new().into(), None);
            match AckSender::from_message_parts(&self.socket, &mut unused, &Some(id)) {
                Ok(sender) => sender.send(&ack),
                Err(infallible) => match infallible {},
            }
        })
    }

    fn give(&self, byte_count: usize, send: impl FnOnce() -> Result<(), SendError>) -> io::Result<bool> {
        self.pipe.queued(byte_count);
        match send() {
            Ok(()) => Ok(true),
            Err(SendError::Socket(SocketError::InternalChannelFull)) => {
                self.pipe.not_queued(byte_count);
                Ok(false)
            }
            Err(error) => Err(io::Error::other(error)),
        }
    }
}

impl std::fmt::Debug for PacketSink {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("PacketSink").field("unsent", &self.unsent).finish_non_exhaustive()
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
