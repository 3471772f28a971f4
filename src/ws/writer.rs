//! The task that sends what a connection's sink did not take at once, keeps the connection alive, and closes it.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use super::frames::Opcode;
use super::keepalive::{Due, Signs};
use super::sink::FrameSink;
use crate::clock::{self, Alarm};
use crate::hub::{Closing, Connection, Flushed, Outbox, Outgoing};
use crate::wire::{Frame, event};

/// How long the other side has to finish a close.
pub(super) const CLOSE_GRACE: Duration = Duration::from_secs(1);

/// Runs until the connection ends; then the outbox has ended too.
pub(super) async fn run(sink: FrameSink, connection: Arc<Connection>, mut signs: Signs) {
    let outbox = &connection.outbox;
    let mut alarm = Alarm::at(signs.next_at());
    loop {
        let is_sound = tokio::select! {
            () = outbox.woken() => Box::pin(send(&sink, outbox)).await,
            () = sink.blocked() => Box::pin(send(&sink, outbox)).await,
            () = alarm.wait_until(signs.next_at()) => {
                signs.record_sent(sink.sent_at());
                beat(&sink, signs.take_due(clock::instant())).is_ok()
            }
        };
        if !is_sound {
            break;
        }
    }
    outbox.end();
}

/// Sends what waits; false when the connection has ended.
async fn send(sink: &FrameSink, outbox: &Outbox) -> bool {
    loop {
        match outbox.flush_or_end() {
            Ok(Flushed::Everything) => return true,
            Ok(Flushed::Blocked) => {
                tokio::select! {
                    drained = sink.drain() => if drained.is_err() {
                        return false;
                    },
                    () = outbox.ends_at_once() => {
                        close(sink, outbox.closing()).await;
                        return false;
                    }
                }
            }
            Ok(Flushed::Ending(closing)) => {
                close(sink, closing).await;
                // The peer completes the close handshake; the reader sees it.
                let _late = tokio::time::timeout(CLOSE_GRACE, outbox.ended()).await;
                return false;
            }
            Err(_) => return false,
        }
    }
}

fn beat(sink: &FrameSink, due: Due) -> io::Result<()> {
    if due.ping {
        sink.send(Opcode::Ping, b"")?;
    }
    if due.heartbeat {
        sink.send_item(&Outgoing::Event(Frame::new(event::HEARTBEAT, &serde_json::json!({}))))?;
    }
    Ok(())
}

/// Says why the connection ends; a close that cannot be written in time is left unsaid.
pub(super) async fn close(sink: &FrameSink, closing: Option<Closing>) {
    let Some(closing) = closing else { return };
    if sink.send_close(closing).is_ok() {
        let _late = tokio::time::timeout(CLOSE_GRACE, sink.drain()).await;
    }
}
