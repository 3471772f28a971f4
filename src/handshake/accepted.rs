//! An accepted TCP stream that holds its connection slot and fails when the peer stops reading.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Sleep;

/// What a connection holds for as long as its stream is open, such as its place among all connections.
pub(super) type Held = Box<dyn Send + Sync>;

/// A TCP stream with a bound on how long a write may wait.
pub struct AcceptedStream {
    stream: TcpStream,
    /// Runs while a write waits. A connection whose writes never wait has none.
    stalled: Option<Pin<Box<Sleep>>>,
    stall_max: Duration,
    held: Held,
}

impl AcceptedStream {
    /// The stream of a connection that holds `held` until it is closed.
    #[must_use]
    pub fn new(stream: TcpStream, held: impl Send + Sync + 'static, stall_max: Duration) -> Self {
        Self { stream, stalled: None, stall_max, held: Box::new(held) }
    }

    /// The bare stream, how long a write may wait, and what is to be held until it is closed.
    pub(super) fn into_parts(self) -> (TcpStream, Duration, Held) {
        (self.stream, self.stall_max, self.held)
    }

    /// Whether the first bytes that come are these; they are read again afterwards.
    pub async fn begins_with(&self, start: &[u8]) -> bool {
        let mut seen = [0_u8; 16];
        let wanted = &mut seen[..start.len().min(16)];
        loop {
            match self.stream.peek(wanted).await {
                Ok(0) | Err(_) => return false,
                Ok(count) if wanted[..count] != start[..count] => return false,
                Ok(count) if count == wanted.len() => return true,
                // The rest of the head is on its way: peeking again at once would spin.
                Ok(_) => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        }
    }

    /// Passes on the outcome of a write, or ends it when it has waited too long.
    fn watched<T>(&mut self, context: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let stall_max = self.stall_max;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(tokio::time::sleep(stall_max)));
        match stalled.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl AsyncRead for AcceptedStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for AcceptedStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.watched(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.watched(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
