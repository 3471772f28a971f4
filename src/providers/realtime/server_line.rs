//! The line to a provider's server: write, read, and what the dialect makes of it.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};

use audio::relay::{Capabilities, Event, Loss};
use futures_util::{Sink, Stream};
use tokio_tungstenite::tungstenite::{Error, Message};

use super::dialect::Session;
use super::heard::Heard;
use super::request::Request;
use crate::outbound::OutboundSocket;

/// Capacity of the write queue: 5 s of audio. A provider that reads more slowly counts as lost.
pub(super) const WAITING_MAX: usize = 512;

/// A WebSocket to a provider and the session on it.
#[derive(Debug)]
pub(super) struct ServerLine {
    session: Box<dyn Session>,
    socket: OutboundSocket,
    waiting: VecDeque<String>,
    needs_flush: bool,
}

impl ServerLine {
    pub(super) fn new(session: Box<dyn Session>, socket: OutboundSocket) -> Self {
        Self { session, socket, waiting: VecDeque::new(), needs_flush: false }
    }

    pub(super) fn capabilities(&self) -> Capabilities {
        self.session.capabilities()
    }

    /// Queues what is to be sent for a request; false when too much waits.
    pub(super) fn request(&mut self, request: Request) -> bool {
        let mut texts = Vec::new();
        self.session.say(request, &mut texts);
        self.waiting.extend(texts);
        self.waiting.len() <= WAITING_MAX
    }

    pub(super) fn answer(&mut self, text: String) {
        self.waiting.push_back(text);
    }

    /// Ends the connection as the protocol wants it, and adds what its provider says last.
    pub(super) async fn close(&mut self, out: &mut Vec<Heard>) {
        if let Some(farewell) = self.session.farewell() {
            self.waiting.push_back(farewell);
            while self.next(out).await {}
        }
        // The peer may be gone already.
        let _gone = self.socket.close(None).await;
    }

    async fn next(&mut self, out: &mut Vec<Heard>) -> bool {
        std::future::poll_fn(|cx| {
            if let Poll::Ready(Err(_)) = self.poll_write(cx) {
                return Poll::Ready(false);
            }
            self.poll_read(cx, out)
        })
        .await
    }

    /// Adds what is known of its use, once it has ended.
    pub(super) fn end(&mut self, out: &mut Vec<Heard>) {
        self.session.ended(out);
    }

    /// Writes what waits, as far as the socket takes it.
    pub(super) fn poll_write(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let mut socket = Pin::new(&mut self.socket);
        while !self.waiting.is_empty() {
            std::task::ready!(socket.as_mut().poll_ready(cx))?;
            let Some(text) = self.waiting.pop_front() else { break };
            socket.as_mut().start_send(Message::text(text))?;
            self.needs_flush = true;
        }
        if self.needs_flush {
            std::task::ready!(socket.as_mut().poll_flush(cx))?;
            self.needs_flush = false;
        }
        Poll::Ready(Ok(()))
    }

    /// Adds what the next message means; false when the connection has ended.
    pub(super) fn poll_read(&mut self, cx: &mut Context<'_>, out: &mut Vec<Heard>) -> Poll<bool> {
        match std::task::ready!(Pin::new(&mut self.socket).poll_next(cx)) {
            Some(Ok(Message::Text(text))) => {
                self.session.decode(&text, out);
                Poll::Ready(true)
            }
            Some(Ok(Message::Close(Some(frame)))) => {
                self.session.closed(frame.code.into(), &frame.reason, out);
                self.session.ended(out);
                out.push(Heard::Event(Event::Lost(Loss::Passing)));
                Poll::Ready(false)
            }
            Some(Ok(Message::Close(None)) | Err(_)) | None => {
                self.session.ended(out);
                out.push(Heard::Event(Event::Lost(Loss::Passing)));
                Poll::Ready(false)
            }
            // Pings are answered by the library; binary frames are not part of the dialect.
            Some(Ok(_)) => Poll::Ready(true),
        }
    }
}
