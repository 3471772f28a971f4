//! A WebSocket byte stream with backpressure, a byte count and an abort.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::first_ping::{FirstPing, Outgoing, PONG};
use super::pipe::Pipe;
use crate::handshake::UpgradedStream;

/// Size of a read while a session is new.
const SMALL_READ_BYTES: usize = 512;

/// An upgraded stream under the control of its [`Pipe`].
pub(super) struct PipedStream {
    inner: UpgradedStream,
    pipe: Arc<Pipe>,
    first_ping: FirstPing,
}

impl PipedStream {
    pub(super) fn new(inner: UpgradedStream, pipe: Arc<Pipe>, first_ping: FirstPing) -> Self {
        Self { inner, pipe, first_ping }
    }
}

impl PipedStream {
    fn read_into(&mut self, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.first_ping.is_done() {
            return Pin::new(&mut self.inner).poll_read(cx, buffer);
        }
        // Until the first ping has gone by, nothing is read past the part of a frame that is being read.
        let mut space = [0; SMALL_READ_BYTES];
        let most = self.first_ping.may_read().min(buffer.remaining()).min(SMALL_READ_BYTES);
        let mut part = ReadBuf::new(&mut space[..most]);
        let polled = Pin::new(&mut self.inner).poll_read(cx, &mut part);
        self.first_ping.read(part.filled());
        buffer.put_slice(part.filled());
        polled
    }
}

impl AsyncRead for PipedStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.pipe.is_cut() {
            return Poll::Ready(Ok(()));
        }
        if self.pipe.must_wait(cx.waker()) {
            return Poll::Pending;
        }
        if buffer.remaining() >= PONG.len() && self.first_ping.take_pong() {
            buffer.put_slice(&PONG);
            return Poll::Ready(Ok(()));
        }
        let polled = self.read_into(cx, buffer);
        if polled.is_pending() {
            // A cut must be noticed also while nothing is held back.
            self.pipe.watch_for_cut(cx.waker());
            if self.pipe.is_cut() {
                return Poll::Ready(Ok(()));
            }
        }
        polled
    }
}

impl AsyncWrite for PipedStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.pipe.is_cut() {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        let most = match self.first_ping.outgoing(bytes) {
            Outgoing::Hide(byte_count) => {
                self.pipe.wake_reader();
                return Poll::Ready(Ok(byte_count));
            }
            Outgoing::Write(most) => most,
        };
        let written = ready!(Pin::new(&mut self.inner).poll_write(cx, &bytes[..most]))?;
        self.first_ping.written(written);
        self.pipe.taken(written);
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.pipe.is_cut() {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
