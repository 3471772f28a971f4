//! A WebSocket's byte stream that can be held back, counted and cut.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::pipe::Pipe;
use crate::handshake::UpgradedStream;

/// An upgraded stream under the control of its [`Pipe`].
pub(super) struct PipedStream {
    inner: UpgradedStream,
    pipe: Arc<Pipe>,
}

impl PipedStream {
    pub(super) fn new(inner: UpgradedStream, pipe: Arc<Pipe>) -> Self {
        Self { inner, pipe }
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
        let polled = Pin::new(&mut self.inner).poll_read(cx, buffer);
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
        let written = ready!(Pin::new(&mut self.inner).poll_write(cx, bytes))?;
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
