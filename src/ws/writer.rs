//! Flushes a connection's outbox into its WebSocket in batches.

use std::sync::Arc;
use std::time::Duration;

use futures_util::SinkExt;
use futures_util::stream::SplitSink;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding;
use tokio_tungstenite::tungstenite::{Bytes, Error, Message};

use super::frames::message;
use super::keepalive::{Due, Signs};
use crate::clock;
use crate::handshake::UpgradedStream;
use crate::hub::{Closing, Connection, Outbox, Outgoing};
use crate::wire::{Frame, event};

/// Bytes written in one turn; what comes meanwhile goes into the next.
const TURN_MAX_BYTES: usize = 64 * 1_024;
/// How long the other side has to finish a close.
pub(super) const CLOSE_GRACE: Duration = Duration::from_secs(1);

pub(super) type Sink = SplitSink<WebSocketStream<UpgradedStream>, Message>;

/// Runs until the connection ends; then the outbox has ended too.
pub(super) async fn run(mut sink: Sink, connection: Arc<Connection>, mut signs: Signs) {
    let outbox = &connection.outbox;
    let mut batch: Vec<Outgoing> = Vec::new();
    loop {
        match tokio::time::timeout_at(signs.next_at(), outbox.take(&mut batch, TURN_MAX_BYTES)).await {
            Ok(Ok(())) => {
                // Boxed: a connection with nothing to write must not carry the room for it.
                if !Box::pin(write_unless_ended(&mut sink, &mut batch, outbox)).await {
                    break;
                }
                signs.note_sent(clock::instant());
            }
            Ok(Err(closing)) => {
                Box::pin(close(&mut sink, closing)).await;
                // The other side finishes the close; the reader sees it.
                let _late = tokio::time::timeout(CLOSE_GRACE, outbox.ended()).await;
                break;
            }
            Err(_) => {}
        }
        // Whatever else was sent: who only listens is heard by their pongs alone.
        let due = signs.take_due(clock::instant());
        if !due.is_nothing() && Box::pin(beat(&mut sink, due)).await.is_err() {
            break;
        }
    }
    outbox.end();
}

/// False when the connection has ended.
async fn write_unless_ended(sink: &mut Sink, batch: &mut Vec<Outgoing>, outbox: &Outbox) -> bool {
    tokio::select! {
        written = write(sink, batch) => written.is_ok(),
        () = outbox.ends_at_once() => {
            close(sink, outbox.closing()).await;
            false
        }
    }
}

async fn write(sink: &mut Sink, batch: &mut Vec<Outgoing>) -> Result<(), Error> {
    for item in batch.drain(..) {
        sink.feed(message(&item)).await?;
    }
    if batch.capacity() > 64 {
        *batch = Vec::new();
    }
    sink.flush().await
}

async fn beat(sink: &mut Sink, due: Due) -> Result<(), Error> {
    if due.ping {
        sink.feed(Message::Ping(Bytes::new())).await?;
    }
    if due.heartbeat {
        let heartbeat = Frame::new(event::HEARTBEAT, &serde_json::json!({}));
        sink.feed(message(&Outgoing::Event(heartbeat))).await?;
    }
    sink.flush().await
}

/// Says why the connection ends; a close that cannot be written in time is left unsaid.
pub(super) async fn close(sink: &mut Sink, closing: Option<Closing>) {
    let Some(closing) = closing else { return };
    let reason = match closing.retry_after_ms {
        Some(retry_after_ms) => format!("{{\"retry_after_ms\":{retry_after_ms}}}"),
        None => closing.code.error().as_str().to_owned(),
    };
    let frame = CloseFrame { code: coding::CloseCode::from(closing.code.number()), reason: reason.into() };
    let _late = tokio::time::timeout(CLOSE_GRACE, sink.send(Message::Close(Some(frame)))).await;
}
